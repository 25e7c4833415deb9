"""The catalogue as a page for people: docs/reference/exceptions.md is what `exceptions_page` returns.

Run as a module it prints the page.
"""

import sys

from expectations.catalogue import STEP_KEYS, Catalogue, Kind, load_catalogue
from expectations.root_causes import RootCauseRule, load_root_cause_rules

_OPENING = """\
# Exceptions

Everything that does not tie is one row of `exceptions.exceptions`. A row keeps its identity from run to
run: it comes from the kind and the business key, not from the amount. `exceptions.history` holds every change
in its life, `exceptions.lives` one row for each ever seen, `exceptions.metrics` the counts, and
`exceptions.kinds` and `exceptions.root_causes` this page as data. How one lives is told in
[exceptions explained](../explanation/exceptions.md), what to type in
[work the queue](../how-to/work-the-queue.md). This page is generated from `expectations/`.

Severity: **critical** is a fault that makes figures wrong, **warning** is work for the owner, **info** is
counted only. A kind that blocks keeps the run from being published. An amount at stake is never negative.
"""

_ROOTS = """\
## Root causes

An exception that is there only because of another carries its `root_exception_id`: work the root, and the
next run clears both. These rules say so, tried in this order; they follow keys, files and rows, and never
guess.

| rule | behind it | explains | because |
|---|---|---|---|
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
    for suite in (*catalogue.suites, *((catalogue.alerts,) if catalogue.alerts else ())):
        parts.append(f"## {suite.table}\n")
        parts += [_section(kind) for kind in suite.kinds]
    parts.append(_ROOTS + "\n".join(_root(rule) for rule in load_root_cause_rules()) + "\n")
    return "\n".join(parts)


def _section(kind: Kind) -> str:
    return (
        f"### {kind.kind}\n\n"
        f"**{kind.title}.** Severity {_severity(kind)}, owner: {kind.owner}.\n\n"
        f"{kind.meaning}\n\n"
        f"- **What to do**: {kind.what_to_do}\n"
        f"- **How it clears**: {kind.how_it_clears}\n"
        f"- **Next step**: {_step(kind.next_step)}\n"
    )


def _step(template: str) -> str:
    """A command as code, an entry to make as a sentence; keys in capitals, as in the help of a command."""
    keys = {key: key.upper() for key in STEP_KEYS}
    filled = template.format(**keys)
    return f"`{filled}`" if template.startswith("tieout ") else filled


def _root(rule: RootCauseRule) -> str:
    causes, effects = (
        ", ".join(f"[{kind}](#{kind})" for kind in kinds) for kinds in (rule.cause, rule.effects)
    )
    return f"| {rule.rule} | {causes} | {effects} | {rule.because} |"


def _severity(kind: Kind) -> str:
    return f"{kind.severity}, blocks" if kind.blocks_publish else kind.severity


if __name__ == "__main__":
    sys.stdout.write(exceptions_page())
