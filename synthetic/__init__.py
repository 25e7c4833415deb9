"""A practice group that does not exist, day by day, with the truth about every fault planted in it.

Belongs here: sample data for people, tests and benchmarks. Does not belong here: any rule by which the
warehouse judges; the world only keeps its own books straight.
"""

from synthetic.world import WorldSummary, write_world

__all__ = ["WorldSummary", "write_world"]
