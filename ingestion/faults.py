"""Named places at which a test makes the process die or a write fail; off unless TIEOUT_FAULT asks for one.

Belongs here: the switch. Does not belong here: what a caller does about the failure. The setting is
``point:n:action``: at the n-th passage of the named point, ``exit`` ends the process at once as a power cut
would (exit code 137, no cleanup), and ``ENOSPC``, ``EIO`` or ``EACCES`` raise the operating system's error.
"""

import errno
import os
from collections import Counter

VARIABLE = "TIEOUT_FAULT"
KILLED = 137

_passages: Counter[str] = Counter()


def fault_point(name: str) -> None:
    """Mark a place where a run may be cut; does nothing unless ``TIEOUT_FAULT`` names this passage of it.

    Raises OSError when the setting asks for an operating system error, ValueError when the setting is
    malformed.
    """
    setting = os.environ.get(VARIABLE)
    if not setting:
        return
    wanted, separator, rest = setting.partition(":")
    number, second_separator, action = rest.partition(":")
    if not (separator and second_separator and number.isdigit() and action):
        raise ValueError(f"{VARIABLE} must read point:n:action")
    if name != wanted:
        return
    _passages[name] += 1
    if _passages[name] != int(number):
        return
    if action == "exit":
        os._exit(KILLED)
    code = getattr(errno, action, None)
    if not isinstance(code, int):
        raise ValueError(f"{VARIABLE} asks for an unknown action; use exit or an errno name such as ENOSPC")
    raise OSError(code, os.strerror(code), name)


def has_faults() -> bool:
    """Whether any place is asked for."""
    return bool(os.environ.get(VARIABLE))


def forget_passages() -> None:
    """Start counting anew, so that several faults can be tried in one process."""
    _passages.clear()
