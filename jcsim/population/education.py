"""Level of education of each person: census totals by sex, dealt by standing within each age."""

from __future__ import annotations

import numpy as np

from jcsim.population.ages import AGES
from jcsim.population.collective import CollectiveType
from jcsim.population.luck import normals
from jcsim.population.people import People
from jcsim.population.places import status_of_persons
from jcsim.records import Activity, Education, Urban

STUDY_LUCK = 1201


def settle_education(people: People) -> None:
    """Add ``education``: counts by county, sex and single year are those of ``margins['education']``.

    Within a cell the better educated are those of higher standing, on urban territory, and students.
    """
    persons = people.persons
    weights = people.assumptions.table("education_score")
    score = weights["status"] * status_of_persons(people, people.assumptions)
    score += weights["urban"] * (persons["urban"] != Urban.RURAL)
    score += weights["own"] * normals(persons["key"], STUDY_LUCK)
    score += weights["student"] * (persons["quarters"] == CollectiveType.STUDENT)
    score -= weights["worker"] * (persons["quarters"] == CollectiveType.WORKER)
    cell = (persons["county"].astype(np.int64) * 2 + persons["sex"]) * AGES + persons["age"]
    order = np.lexsort((score, cell))
    counts = people.margins["education"].reshape(-1, len(Education))
    levels = np.repeat(np.tile(np.arange(len(Education)), len(counts)), counts.ravel())
    persons["education"] = np.empty(len(persons), np.int8)
    persons["education"][order] = levels


STAGE_END = {Activity.PUPIL: 19, Activity.STUDENT_AWAY: 22}  # age at which the stage of study ends


def schooling_left(activity: np.ndarray, age: np.ndarray) -> np.ndarray:
    """Years left in the present stage of study; 0 in basic school, which goes by age."""
    left = np.zeros(len(age), np.int8)
    for kind, end in STAGE_END.items():
        rows = (activity == kind) & (age >= 16)
        left[rows] = np.maximum(end - age[rows], 1)
    return left
