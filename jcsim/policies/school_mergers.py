"""Mergers of village schools (撤点并校, to 2012): families of pupils reconsider where to live."""


def apply(world, places, setting, t, p) -> None:
    """Close the schools of a share of village pupils; ``rules/schooling`` marks the event."""
    world.levers["school_merger"][places] = setting.strength * p["village_school_closing"]


def cost(world, t, p) -> int:
    """None booked: savings of merged schools were not found."""
    return 0
