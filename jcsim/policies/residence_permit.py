"""Residence permit (居住证): services for residents without local hukou."""


def apply(world, places, setting, t, p) -> None:
    """Open ``strength`` of the services still closed to migrants; permits are issued after a year."""
    world.levers["permit_access"][places] = setting.strength


def cost(world, t, p) -> int:
    """No cost of its own: the services used are those of the town."""
    return 0
