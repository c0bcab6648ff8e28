"""Two-child rules (单独两孩 2014, 全面两孩 2016): fertility, as measured for the city."""

from jcsim.drivers import RULES_INCLUDED_FROM

FADE_FROM = 2020


def apply(world, places, setting, t, p) -> None:
    """Raise total fertility by ``tfr_two_child`` times the share of couples reached; the rise faded in
    2020, and the rate of 2021 on includes the rules."""
    year = int(t["year"])
    if year >= RULES_INCLUDED_FROM:
        return
    rise = p["tfr_two_child"] * setting.strength
    if year >= FADE_FROM:
        rise *= p["two_child_fade"]
    t["tfr"] += rise


def cost(world, t, p) -> int:
    """None."""
    return 0
