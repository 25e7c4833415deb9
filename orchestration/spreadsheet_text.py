"""Text on its way into a spreadsheet, made harmless.

A spreadsheet runs a cell of a CSV file that begins like a formula, whoever typed it: a patient's comment can
read another file or call a server on the machine of the person who opens the export. Every export of text
goes through here. Numbers are numbers and pass as they are.
"""

import re

# What starts a formula, in full width and behind blanks too; and the same where a reader that splits at other
# delimiters would begin a new cell. Control characters come first because some spreadsheets drop them.
_START = r"[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]"
_FORMULA = re.compile(rf"[\s\x00]*{_START}|[\x00\t\r\n]|.*?[;,\"\t\r\n][\s\x00\"]*{_START}", re.DOTALL)
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def harmless(text: str) -> str:
    """``text``, behind an apostrophe where a spreadsheet could take it, or a part of it, for a formula.

    A plain number keeps its sign; JSON exports carry the text unchanged.
    """
    if _NUMBER.fullmatch(text) or not _FORMULA.match(text):
        return text
    return "'" + text
