"""Rules: one file per decision or process, each a scalar function of one record and what it sees.

A rule reads its own row and surroundings frozen at the start of the process, and writes only its own
row. ``p`` is the parameter record (see data/parameters), ``t`` the year's record (records.YEAR).
"""
