"""The catalogue as a page for people: docs/reference/exceptions.md is what `exceptions_page` returns.

Run as a module it prints the page.
"""

import sys

from expectations.catalogue import Catalogue, Kind, load_catalogue

_OPENING = """\
# Exceptions

Everything that does not tie is one row of `exceptions.exceptions`. A row keeps its identity from run to
run: it comes from the kind and the business key, not from the amount. `exceptions.history` says when each
was first and last seen and whether it came back; `exceptions.kinds` holds this page as data. This page is
generated from `expectations/suites/`.

Severity: **critical** is a fault that makes figures wrong, **warning** is work for the owner, **info** is
counted only. A kind that blocks keeps the run from being published. An amount at stake is never negative.
"""


def exceptions_page(catalogue: Catalogue | None = None) -> str:
    """The page in Markdown: an index by mart, then one section per kind."""
    catalogue = catalogue or load_catalogue()
    parts = [_OPENING, "| kind | mart | severity | owner |\n|---|---|---|---|"]
    parts[-1] += "".join(
        f"\n| [{kind.kind}](#{kind.kind}) | `{suite.table}` | {_severity(kind)} | {kind.owner} |"
        for suite, kind in catalogue.kinds
    )
    parts[-1] += "\n"
    for suite in catalogue.suites:
        parts.append(f"## {suite.table}\n")
        parts += [_section(kind) for kind in suite.kinds]
    return "\n".join(parts)


def _section(kind: Kind) -> str:
    return (
        f"### {kind.kind}\n\n"
        f"**{kind.title}.** Severity {_severity(kind)}, owner: {kind.owner}.\n\n"
        f"{kind.meaning}\n\n"
        f"- **What to do**: {kind.what_to_do}\n"
        f"- **How it clears**: {kind.how_it_clears}\n"
    )


def _severity(kind: Kind) -> str:
    return f"{kind.severity}, blocks" if kind.blocks_publish else kind.severity


if __name__ == "__main__":
    sys.stdout.write(exceptions_page())
