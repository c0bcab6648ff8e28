"""Every difference between the supported Mesa lines: 3.3 (Python 3.11) and 3.5 (Python 3.12 on).

Only public Mesa names are used, except ``Agent._ids`` of Mesa 3.3 (see ``forget_model``). What code
cannot even out is listed here so that nobody meets it by surprise:

================================  =============================  ====================================
                                  Mesa 3.3                       Mesa 3.5
================================  =============================  ====================================
ordinary ``model.agents``         weak ``AgentSet``, indexable   strong set; ``AgentSet[i]`` is
                                                                 deprecated: use ``to_list()``
seeds of ``batch_run``            a model parameter ``rng``      the argument ``rng=[...]``
``batch_run(max_steps=n)``        runs n + 1 steps               runs n steps
"Step" of ``batch_run`` rows      index into the collected rows  ``model.time`` (float)
only agent reporters              rows                           no rows in ``batch_run``
misspelt string agent reporter    None in silence                AttributeError
dropped models                    kept alive by ``Agent._ids``   freed
``Network(layout=)``              unknown                        needed: its default is slow, unseeded
``SpaceRenderer``                 ``draw_agents(portrayal)``     ``setup_agents(portrayal)`` first
Reset in SolaraViz                any signature                  ``**kwargs`` in the model's
                                                                 ``__init__`` gets a second seed: fails
multiprocessing start method      spawn, set on import           spawn, set by each ``batch_run``
================================  =============================  ====================================
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from random import Random
from typing import Any

import mesa
from mesa.discrete_space import Network

try:
    from mesa.agentset import AbstractAgentSet as AgentSetBase
    from mesa.agentset import GroupBy
except ImportError:  # Mesa 3.3: one set class, defined beside Agent
    from mesa.agent import AgentSet as AgentSetBase
    from mesa.agent import GroupBy

__all__ = ["AgentSetBase", "GroupBy", "batch_arguments", "draw_agents", "forget_model", "network"]


def forget_model(model: mesa.Model) -> None:
    """Drop the class-level id counter in which Mesa 3.3 keeps every model alive for ever."""
    getattr(mesa.Agent, "_ids", {}).pop(model, None)


def batch_arguments(
    parameters: Mapping[str, Any], seeds: Iterable[int], steps: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What to give ``mesa.batch_run`` so that each model gets one of ``seeds`` and makes ``steps`` steps.

    Returns
    -------
    parameters, keywords : for ``mesa.batch_run(Model, parameters, **keywords)``; the model takes its
        seed as ``rng``

    Raises
    ------
    ValueError
        ``steps`` is not positive, or ``parameters`` already names ``rng``.
    """
    if steps < 1:
        raise ValueError(f"steps must be at least 1, not {steps}")
    if "rng" in parameters:
        raise ValueError("give the seeds as `seeds`, not as the parameter 'rng'")
    if "rng" in inspect.signature(mesa.batch_run).parameters:
        return dict(parameters), {"rng": list(seeds), "max_steps": steps}
    return {**parameters, "rng": list(seeds)}, {"max_steps": steps - 1}


def network(graph: Any, positions: Mapping[Any, tuple[float, float]], random: Random) -> Network:
    """A Mesa network space of ``graph`` with its nodes where ``positions`` (x, y) puts them.

    Mesa 3.5 lays nodes out itself unless told (9 s for 2,000 nodes, unseeded); in Mesa 3.3 the drawer does.
    """
    if "layout" in inspect.signature(Network.__init__).parameters:
        return Network(graph, random=random, layout=dict(positions))
    return Network(graph, random=random)


def draw_agents(renderer: Any, portrayal: Callable[[mesa.Agent], Any]) -> Any:
    """Draw the agents of a ``SpaceRenderer``; everything the style needs must come from ``portrayal``,
    since Mesa 3.5 loses other keywords when its page is reset."""
    if hasattr(renderer, "setup_agents"):
        return renderer.setup_agents(portrayal).draw_agents()
    return renderer.draw_agents(portrayal)
