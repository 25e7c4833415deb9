"""Turns a Vega-Lite specification into SVG; as a program, from standard input to standard output.

The converter brings a JavaScript engine that holds 70 MB for as long as its process lives. A server draws a
few charts for each published file, so there it lives in a process of its own that is gone right after.
"""

import sys


def converted(specification: str) -> str:
    """The chart."""
    # Loaded when a chart is drawn: it starts an engine of its own.
    import vl_convert

    return vl_convert.vegalite_to_svg(specification, vl_version="5.20", allowed_base_urls=[])


if __name__ == "__main__":
    sys.stdout.write(converted(sys.stdin.read()))
