"""The work decision draws from the nested logit it is said to be: shares against the closed form in logarithms."""

import math

import numpy as np
import pytest
from scipy import stats

import jcsim
from jcsim.kernels import decisions
from jcsim.markets import offers
from jcsim.records import Activity, HouseholdKind
from jcsim.rules import nests

DRAWS, PEOPLE = 20_000, 4  # of each activity
ACTIVITIES = (Activity.FARM, Activity.LOCAL_WORK, Activity.AWAY_WORK, Activity.UNEMPLOYED, Activity.HOME)


class Case:
    """A world in which everybody reconsiders and searches, and the utilities its tables were made of."""

    def __init__(self, patch):
        model = jcsim.JinchengModel("plan", scale=1 / 2000, rng=1).run_to(2021)
        self.world, self.t, self.p = model.world, model._moment(2022).t.copy(), model._p_rows.copy()
        self.p["attention"] = self.p["job_search"] = 1.0
        values, weights = [], offers._weights

        def kept(table, scale):
            values.append(np.array(table))
            return weights(table, scale)

        patch.setattr(offers, "_weights", kept)
        self.tables = offers.make_offers(self.world, self.p[0])
        self.near, self.away, self.mode, self.barrier, self.sure = values[:5]
        self.market = self.world.towns["market"].astype(int)

    def people(self):
        """Rows of persons of each activity, those away within the prefecture and registered elsewhere among them."""
        rows, homes = self.world.persons.rows, self.world.households.rows
        age = 2022 - rows["born"]
        open_to = (rows["alive"] == 1) & (age >= 18) & (age < 50)
        open_to &= homes["kind"][rows["household"]] != HouseholdKind.COLLECTIVE
        elsewhere = self.market[rows["hukou_place"]] != self.market[homes["base"][rows["household"]]]
        inside = (rows["activity"] == Activity.AWAY_WORK) & (rows["residence"] < self.world.n_towns)
        groups = [*(rows["activity"] == activity for activity in ACTIVITIES), inside]
        groups.append((rows["hukou_place"] >= 0) & elsewhere)
        found = [np.flatnonzero(open_to & group) for group in groups]
        return [row for rows in found for row in rows[:: max(len(rows) // PEOPLE, 1)][:PEOPLE]]

    def zone(self, town):
        return 0 if not town["outside"] else 2 if town["cross_province"] else 1

    def alternatives(self, person, home):
        """(V / lambda by alternative, V of the nest's constant and of staying) of each nest."""
        world, row, p = self.world, self.tables[0], self.p[0]
        base, sex, school = int(home["base"]), int(person["sex"]), int(person["education"])
        own, base_market = self.market[person["residence"]], self.market[base]
        registered = self.market[person["hukou_place"]] if person["hukou_place"] >= 0 else -1
        held = self.market[person["workplace"]] if person["sector"] > 0 and person["workplace"] >= 0 else -1
        modes = 1 if person["spouse"] < 0 else 3 if home["children"] > 0 else 2
        found = [{} for _ in range(nests.NESTS)]
        farm = nests.farm_weight(person, home, world.towns[base], p, self.t[0])
        if farm > 0.0:
            found[nests.N_FARM] = {(int(Activity.FARM), -1, 0): math.log(farm) / p["nest_lambda"]}
        found[nests.N_HOME] = {(int(Activity.HOME), -1, 0): 0.0}
        for k, m in enumerate(world.geography.commute[base]):
            if m >= 0:
                v = self.near[base, sex, school, k] + (self.sure[m] if held == m else 0.0)
                found[nests.N_LOCAL][int(Activity.LOCAL_WORK), int(m), 0] = v / p["nest_lambda"]
        for d, m in enumerate(world.geography.destinations):
            if m == base_market or (own != m and home["savings"] < row["deposit"][m]):
                continue
            v = self.away[base, sex, school, d] + (self.barrier[m] if registered == m else 0.0)
            if own == m:
                v += p["beta_income"] * p["moving_cost"] + (self.sure[m] if held == m else 0.0)
            zone = self.zone(world.towns[world.markets["address"][m]])
            for k in range(modes):
                w = v + self.mode[m, sex, int(registered == m), k]
                found[nests.N_AWAY + zone][int(Activity.AWAY_WORK), int(m), k + 1] = w / p["nest_lambda"]
        return found

    def chances(self, person, home):
        """Chance of every (activity, market, mode)."""
        band, now = nests.age_band(2022 - int(person["born"])), nests.current_nest(person, self.world.towns)
        scale, total, parts = float(self.p["nest_lambda"][0]), {}, self.alternatives(person, home)
        for nest, values in enumerate(parts):
            if values:
                v = self.world.constants[person["sex"], band, nest] + (self.world.staying[nest] if nest == now else 0.0)
                total[nest] = math.exp(v + scale * math.log(sum(map(math.exp, values.values()))))
        return {
            key: total[nest] / sum(total.values()) * math.exp(v) / sum(map(math.exp, values.values()))
            for nest, values in enumerate(parts)
            for key, v in values.items()
        }

    def drawn(self, person, home):
        """How many of ``DRAWS`` persons like this one choose each (activity, market, mode)."""
        rows = np.repeat(np.atleast_1d(person), DRAWS)
        rows["key"], rows["household"] = np.random.default_rng(5).integers(1, 2**62, DRAWS), 0
        arguments = (rows, np.atleast_1d(home).copy(), self.world.towns, self.tables, self.world.levers, self.p, self.t)
        decisions.CHOOSE.compiled(*arguments)
        away, moves = rows["intent"] == Activity.AWAY_WORK, rows["target"] >= 0
        market, mode = np.where(moves, self.market[rows["target"]], -1), np.where(away, rows["intent_mode"], 0)
        keys, counts = np.unique(np.stack([rows["intent"], market, mode]), axis=1, return_counts=True)
        return {tuple(key): count for key, count in zip(keys.T.tolist(), counts.tolist(), strict=True)}


@pytest.fixture(scope="module")
def case():
    with pytest.MonkeyPatch.context() as patch:
        yield Case(patch)


def test_choices_have_the_chances_of_the_nested_logit(case):
    found, rows = [], case.people()
    assert len(rows) >= 20
    for row in rows:
        person = case.world.persons.rows[row].copy()
        home = case.world.households.rows[person["household"]]
        chances, drawn = case.chances(person, home), case.drawn(person, home)
        assert set(drawn) <= set(chances)
        expected = np.array([DRAWS * chance for chance in chances.values()])
        observed = np.array([drawn.get(key, 0) for key in chances])
        rare = expected < 10.0
        expected = np.append(expected[~rare], expected[rare].sum() + 1e-9)
        observed = np.append(observed[~rare], observed[rare].sum())
        kept = expected > 5.0
        assert observed[~kept].sum() < 25
        square = ((observed - expected)[kept] ** 2 / expected[kept]).sum()
        found.append(stats.chi2.sf(square, max(kept.sum() - 1, 1)))
    assert min(found) > 1e-5
    assert stats.kstest(found, "uniform").pvalue > 1e-3
