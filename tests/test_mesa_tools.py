"""Mesa's own tools on a model of rows: data collector, batch runs, network and pages, on every Mesa line."""

import inspect
import warnings

import matplotlib
import mesa
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from agents_demo import PLACES, Demo, residence
from mesa.discrete_space import CellAgent

from jcsim.agents import Household, MigrantWorker, Person, RuralHousehold, Town, compat


def test_data_collector_of_the_model():
    model = Demo(rng=1)
    model.step()
    model.step()
    table = model.datacollector.get_model_vars_dataframe()
    assert table.year.tolist() == [2021, 2022]
    assert table.migrants.tolist()[-1] == len(model.workers) > table.migrants.tolist()[0]


def test_data_collector_of_agent_types_follows_the_type():
    model = Demo(rng=1)
    model.step()
    model.step()
    table = model.datacollector.get_agenttype_vars_dataframe(MigrantWorker)
    assert table.groupby("Step").size().tolist() == model.datacollector.model_vars["migrants"]
    assert set(table.residence) == {4}
    last = table.xs(model.steps)
    assert last.index.tolist() == model.workers.get("unique_id").tolist()
    assert last.age.tolist() == model.workers.get("age").tolist()


def test_data_collector_of_all_agents():
    model = Demo(rng=1)
    collector = mesa.DataCollector(
        agent_reporters={"id": "unique_id", "kind": lambda agent: type(agent).__name__},
        agenttype_reporters={
            Household: {"savings": "savings"},
            Town: {"code": "code"},
            Person: {"at": residence},
        },
    )
    collector.collect(model)
    table = collector.get_agent_vars_dataframe()
    assert table.id.tolist() == model.agents.get("unique_id").tolist()
    assert table.kind.value_counts()["Town"] == len(PLACES)
    households = collector.get_agenttype_vars_dataframe(Household)  # not a type itself: all its subtypes
    assert households.savings.tolist() == model.households.get("savings").tolist()
    assert collector.get_agenttype_vars_dataframe(Town).code.tolist() == [place.code for place in PLACES]
    places = collector.get_agenttype_vars_dataframe(Person)["at"]
    assert places.tolist() == model.persons.get("residence").tolist()


def test_batch_run_gives_the_same_in_one_and_in_two_processes():
    swept = {"households": 20, "leaving": [0.0, 0.5]}
    parameters, keywords = compat.batch_arguments(swept, seeds=[11, 12], steps=3)
    results = []
    for processes in (1, 2):
        keywords |= {"number_processes": processes, "display_progress": False}
        rows = mesa.batch_run(Demo, parameters, **keywords)
        table = pd.DataFrame(rows).drop_duplicates(["leaving", "rng"]).sort_values(["leaving", "rng"])
        results.append(table[["leaving", "rng", "migrants", "year"]].to_numpy().tolist())
    assert results[0] == results[1]
    assert [row[:2] for row in results[0]] == [[0.0, 11], [0.0, 12], [0.5, 11], [0.5, 12]]
    assert [row[2] > 0 for row in results[0]] == [False, False, True, True]
    assert {row[3] for row in results[0]} == {2023}


def test_batch_run_equals_single_runs():
    parameters, keywords = compat.batch_arguments({"households": 20}, seeds=[11], steps=2)
    rows = mesa.batch_run(Demo, parameters, display_progress=False, **keywords)
    alone = Demo(households=20, rng=11)
    alone.step()
    alone.step()
    assert {row["migrants"] for row in rows} == {len(alone.workers)}


def test_batch_arguments_are_checked():
    with pytest.raises(ValueError, match="at least 1"):
        compat.batch_arguments({}, [1], 0)
    with pytest.raises(ValueError, match="'rng'"):
        compat.batch_arguments({"rng": 3}, [1], 1)


def test_run_model_and_the_clock():
    model = Demo(rng=1)
    for _ in range(3):
        model.step()
    assert model.steps == 3 and model.year == 2023
    if hasattr(model, "run_for"):  # Mesa 3.5
        model.run_for(2)
        assert model.steps == 5 and model.time == 5.0 and model.year == 2025


def test_network_has_the_given_layout():
    graph = nx.path_graph(3)
    positions = {0: (0.0, 1.0), 1: (2.0, 3.0), 2: (4.0, 5.0)}
    model = Demo(rng=1)
    space = compat.network(graph, positions, model.random)
    assert [cell.coordinate for cell in space.all_cells] == [0, 1, 2]
    if "layout" in inspect.signature(type(space).__init__).parameters:
        assert [tuple(cell.position) for cell in space.all_cells] == list(positions.values())


class Marker(CellAgent):
    """Something to draw."""


def test_agents_of_a_space_are_drawn():
    matplotlib.use("Agg")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the visualisation stack's own deprecations
        from mesa.visualization import SpaceRenderer
        from mesa.visualization.components import AgentPortrayalStyle
    model = Demo(rng=1)
    positions = {i: (float(i), 0.0) for i in range(3)}
    model.grid = compat.network(nx.path_graph(3), positions, model.random)
    for cell in model.grid.all_cells:
        Marker(model).cell = cell
    drawn = []

    def portrayal(agent):
        drawn.append(agent)
        return AgentPortrayalStyle(color="tab:red", size=20)

    compat.draw_agents(SpaceRenderer(model, backend="matplotlib"), portrayal)
    assert {type(agent) for agent in drawn} == {Marker} and len(set(drawn)) == 3
    assert len(model.agents) == 5 + 40 + 120 + 3 and len(model.agents_by_type[Marker]) == 3


def test_mesa_holds_no_model_by_its_ids():
    model = Demo(rng=1)
    mesa.Agent(model)
    assert model not in getattr(mesa.Agent, "_ids", {})


def test_groups_of_rows_in_a_collector_match_a_table():
    model = Demo(rng=1)
    groups = model.agents_by_type[RuralHousehold].groupby("town").agg("savings", np.sum)
    table = model.agents_by_type[RuralHousehold].to_pandas()
    assert groups == table.groupby("town", observed=True).savings.sum().to_dict()


def test_solara_page_steps_and_resets_the_model():
    matplotlib.use("Agg")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the visualisation stack's own deprecations
        import ipyvuetify
        import solara
        from mesa.visualization import SolaraViz, make_plot_component

        model = solara.reactive(Demo(rng=42))

        @solara.component
        def Page():
            with solara.AppLayout():  # without a layout the controls are not rendered
                SolaraViz(
                    model,
                    components=[make_plot_component("migrants", backend="matplotlib")],
                    model_params={"households": 30, "leaving": 0.5, "rng": 42},
                )

        _, page = solara.render(Page(), handle_error=False)

        def click(label):
            buttons = page.find(ipyvuetify.Btn).widgets
            next(button for button in buttons if label in button.children).click()

        click("Step")
        click("Step")
        assert (model.value.year, len(model.value.households)) == (2022, 40)
        click("Reset")
        assert (model.value.year, len(model.value.households), model.value.leaving) == (2020, 30, 0.5)
        click("Step")
        assert model.value.datacollector.model_vars["migrants"] == [len(model.value.workers)] != [0]
        page.close()
