"""Turns a Vega-Lite specification on standard input into SVG on standard output, and ends.

The converter brings a JavaScript engine that holds 70 MB for as long as its process lives. Charts are drawn a
few times for each published file, so it lives in a process of its own that is gone right after.
"""

import sys


def main() -> None:
    """One chart."""
    import vl_convert

    sys.stdout.write(vl_convert.vegalite_to_svg(sys.stdin.read(), vl_version="5.20", allowed_base_urls=[]))


if __name__ == "__main__":
    main()
