"""Land titles (确权颁证, 2014-18): a titled household fears no reallocation."""


def apply(world, places, setting, t, p) -> None:
    """Issue titles to ``strength`` of all households a year: the chance among those still untitled."""
    before = setting.strength * (int(t["year"]) - setting.from_)
    left = max(1.0 - before, setting.strength)
    world.levers["title_rate"][places] = min(setting.strength / left, 1.0)


def cost(world, t, p) -> int:
    """Paid from national funds; no local unit cost was found."""
    return 0
