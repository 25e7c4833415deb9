"""The digest as plain text."""

from orchestration.digest.digest import Digest, Line, counted


def as_text(digest: Digest) -> str:
    """The whole digest."""
    parts = [
        f"{digest.practice_name}, as of {digest.as_of}",
        digest.verdict.sentence if digest.verdict else "no verdict",
        "",
    ]
    for title, lines in sections(digest):
        parts += [f"{title}: {counted(lines):,}", *(_line(line, digest.link) for line in lines), ""]
    parts += ["Due"]
    parts += [f"  {count:>7,}  {what}" for what, count in digest.due.items() if count] or ["        nothing"]
    parts += ["", f"Open: {standing(digest)}", f"Run {digest.run_id}"]
    if digest.link:
        parts.append(digest.link)
    return "\n".join(parts) + "\n"


def sections(digest: Digest) -> list[tuple[str, tuple[Line, ...]]]:
    """What changed, under its titles."""
    return [
        ("New", digest.new),
        ("Back again", digest.returned),
        ("Cleared", digest.cleared),
    ]


def standing(digest: Digest) -> str:
    """What stands, by severity."""
    return ", ".join(f"{count:,} {name}" for name, count in digest.still.items())


def link_to(base: str, kind: str) -> str:
    """Where the exceptions of a kind are worked."""
    return f"{base}exceptions?kind={kind}"


def _line(line: Line, link: str | None) -> str:
    drawn = f"  {line.count:>7,}  {line.title} ({line.severity}, {line.owner})"
    return f"{drawn}\n{'':11}{link_to(link, line.kind)}" if link else drawn
