"""What a verification says: what was looked at, and what is not as it was written."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that was altered, removed or put in another place. ``where`` is a file, or a chain."""

    where: str
    sentence: str


@dataclass(slots=True)
class Verification:
    """What was found. ``counted`` says how much was looked at; ``notes`` what nothing can prove."""

    faults: list[Fault] = field(default_factory=list)
    counted: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def blame(self, where: str, sentence: str) -> None:
        """Add a fault."""
        fault = Fault(where, sentence)
        if fault not in self.faults:
            self.faults.append(fault)

    def count(self, what: str, number: int) -> None:
        """Note how many of something were looked at."""
        self.counted[what] = number

    @property
    def is_sound(self) -> bool:
        """Whether everything is as it was written."""
        return not self.faults
