"""Say that something failed without repeating what was in it.

Engines put row values into their messages (a parser quotes the line, a cast quotes the value), and those
values are protected health information. Whatever leaves this project as a message passes through here.
Belongs here: turning an exception into a safe line. Does not belong here: logging itself.
"""

import errno
import traceback
from pathlib import PurePath


def redacted(exception: BaseException) -> str:
    """Class, place in the code and, for an operating system error, its symbol; never the message.

    The place is the file name, line and function of the innermost frame. Causes and contexts are left out:
    their messages are as unsafe as the exception's own.
    """
    described = type(exception).__name__
    if isinstance(exception, OSError) and exception.errno is not None:
        described += f"[{errno.errorcode.get(exception.errno, exception.errno)}]"
    frames = traceback.extract_tb(exception.__traceback__)
    if not frames:
        return described
    innermost = frames[-1]
    return f"{described} at {PurePath(innermost.filename).name}:{innermost.lineno} in {innermost.name}"
