"""Mesa's own page on the model, unchanged: what a user of Mesa would write, with a model for each session."""

import solara
from mesa.visualization import Slider, SolaraViz, make_plot_component

import jcsim

PARAMETERS = {
    "case": "baseline",
    "scale": 0.001,
    "rng": Slider("seed", 1, 1, 9, 1),
}


def said(model):
    return solara.Text(f"{model.case.name} in {model.year} with seed {model.seed}")


@solara.component
def Page():
    model = solara.use_memo(lambda: jcsim.JinchengModel("baseline", scale=0.001, rng=1), [])
    SolaraViz(
        model,
        components=[make_plot_component("urbanisation_rate", backend="matplotlib"), said],
        model_params=PARAMETERS,
        name="model",
    )
