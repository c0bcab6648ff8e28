"""Programme jobs in county seats and towns (plan 4.4, 5.3): demand for labour that stays."""

from jcsim.numeric import whole
from jcsim.policies import announce


def apply(world, places, setting, t, p) -> None:
    """Add this year's jobs, shared over the named towns by urban residents; labour demand reads the sum
    so far at each market's address."""
    jobs = setting.strength * setting.values["jobs_per_year"]
    markets = sorted({int(world.towns["market"][i]) for i in places})
    sizes = [max(int(world.markets["size"][m]), 1) for m in markets]
    given, running = 0, 0
    for m, size in zip(markets, sizes, strict=True):  # whole jobs that add up to those paid for
        running += size
        upto = whole(jobs * running / sum(sizes))
        world.programme[world.markets["address"][m]] += upto - given
        given = upto
    announce(world, places, setting, t)
    world.flows["programme_jobs"] = world.flows.get("programme_jobs", 0) + whole(jobs)


def cost(world, t, p) -> int:
    """``job_cost`` for each job added this year, yuan."""
    return whole(int(world.flows.get("programme_jobs", 0)) * p["job_cost"] * float(t["prices"]))
