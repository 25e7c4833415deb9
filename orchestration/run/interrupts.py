"""Whether somebody asked for the run to stop.

An interrupt can surface as nearly anything: dbt reports a failed node, DuckDB a failed query, an import that
was cut short an error of its own, and some code swallows it. The signal itself is the only witness.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def noted_interrupts(note: Callable[[], None]) -> Iterator[None]:
    """Call ``note`` at an interrupt from the keyboard and then whoever else listens for it.

    Signals reach the main thread only; elsewhere nothing is noted.
    """
    listener = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(listener):
        yield
        return

    def noted(number: int, frame: FrameType | None) -> None:
        note()
        listener(number, frame)

    signal.signal(signal.SIGINT, noted)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, listener)
