"""Settlement relaxation (愿落尽落, plan 3.1): lowers the hukou barrier, raises the conversion hazard."""

from jcsim.policies import announce


def apply(world, places, setting, t, p) -> None:
    """Remove ``strength`` of the hukou barrier in the towns named; ``rules/work`` and ``rules/hukou`` read it."""
    world.levers["hukou_relaxation"][places] = setting.strength
    announce(world, places, setting, t)


def cost(world, t, p) -> int:
    """Registration itself costs nothing here; services follow people whatever their hukou."""
    return 0
