"""`python -m orchestration.command` is `tieout`."""

from orchestration.command import main

if __name__ == "__main__":
    main()
