"""The digest as a page: complete in itself, without scripts and without anything from outside."""

from html import escape

from orchestration.digest.digest import Digest, Line, counted
from orchestration.digest.text import link_to, sections, standing

_STYLE = """
body { font: 15px/1.45 Georgia, serif; max-width: 44rem; margin: 1.5rem auto; padding: 0 1rem; color: #111; }
h1 { font-size: 1.2rem; margin: 0; } h2 { font-size: 1rem; margin: 1.4rem 0 .2rem; }
p.verdict { font-weight: 600; padding: .4rem .6rem; border-left: .4rem solid #8a5a00; background: #faf5ea; }
p.green { border-color: #1f6b2f; background: #eef7ef; } p.red { border-color: #9b1c1c; background: #fbeeee; }
table { border-collapse: collapse; width: 100%; } td { padding: .15rem .5rem .15rem 0; vertical-align: top; }
td.n { text-align: right; width: 4rem; font-variant-numeric: tabular-nums; } td.who { color: #555; }
"""


def as_page(digest: Digest) -> str:
    """The whole digest as HTML."""
    verdict = digest.verdict
    style = "green" if verdict and verdict.is_green else ""
    if verdict and verdict.word in ("incomplete", "breaks"):
        style = "red"
    sentence = escape(verdict.sentence if verdict else "no verdict")
    due = "".join(_row(count, escape(what), "") for what, count in digest.due.items() if count)
    link = f'<p><a href="{escape(digest.link)}">{escape(digest.link)}</a></p>' if digest.link else ""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(digest.subject)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(digest.practice_name)}, as of {digest.as_of}</h1>"
        f'<p class="verdict {style}">{sentence}</p>'
        + "".join(_section(title, lines, digest.link) for title, lines in sections(digest))
        + f"<h2>Due</h2><table>{due or _row(0, 'nothing', '')}</table>"
        + f"<h2>Open</h2><p>{escape(standing(digest))}</p>{link}<p>Run {escape(digest.run_id)}</p>"
        + "</body></html>\n"
    )


def _section(title: str, lines: tuple[Line, ...], link: str | None) -> str:
    rows = "".join(
        _row(line.count, _named(line, link), f"{escape(line.severity)}, {escape(line.owner)}")
        for line in lines
    )
    table = f"<table>{rows}</table>" if rows else ""
    return f"<h2>{escape(title)}: {counted(lines):,}</h2>{table}"


def _named(line: Line, link: str | None) -> str:
    title = escape(line.title)
    return f'<a href="{escape(link_to(link, line.kind))}">{title}</a>' if link else title


def _row(count: int, what: str, who: str) -> str:
    return f'<tr><td class="n">{count:,}</td><td>{what}</td><td class="who">{who}</td></tr>'
