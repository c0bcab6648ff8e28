"""Kernels: the loops that apply rules to whole tables, each written once for both engines.

``p`` and ``t`` are structured arrays of one row: parameters and the year's scalars.
"""
