"""Batches of runs: one run or a designed sweep, run apart from each other, stored so that they resume.

``run`` and ``sweep`` are the two entries; ``results`` and ``sweeps`` hold what they give; ``task`` says
what one run is, ``executor`` and ``worker`` run tasks in processes, ``runfile`` and ``workspace`` keep
what they made, ``manifest`` writes down how it was made.
"""
