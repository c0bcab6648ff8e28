"""Behavioural parameters: values with range, unit, evidence and grade, and draws from their priors."""

from jcsim.parameters.definitions import Parameter, read_definitions
from jcsim.parameters.loading import load_parameters
from jcsim.parameters.values import Parameters, ParameterSet

__all__ = ["Parameter", "ParameterSet", "Parameters", "load_parameters", "read_definitions"]
