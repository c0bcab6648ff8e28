"""The parts of Mesa's page that the app is built of, and why not the whole.

``UserInputs`` and ``Slider`` give the choices; both are alike in Mesa 3.3 and 3.5. What differs there is not
used: the frame around the charts (tabs of another widget, which need another ipyvuetify), the count of steps
("Step" or "Time") and the space renderer; nor is ``make_plot_component``, whose horizontal axis counts steps
where a reader needs years, nor ``ModelController``, whose buttons are in English only and offer Pause after
the last year. ``SolaraViz`` itself would also build the model before the page is drawn, hide what goes wrong
in Reset and Step, and could not move the sliders when another scenario is chosen. It works with
``JinchengModel`` all the same.
"""

import warnings

with warnings.catch_warnings():
    # Said of Mesa's own frame around the charts, which the app does not use.
    warnings.filterwarnings("ignore", message=r"(?s).*ComponentsView: `use_state` found despite early return")
    from mesa.visualization import Slider
    from mesa.visualization.solara_viz import UserInputs

__all__ = ["Slider", "UserInputs"]
