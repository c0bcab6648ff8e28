"""Shared test set-up: property tests have no deadline, since the first call of a rule compiles it."""

from hypothesis import settings

settings.register_profile("jcsim", deadline=None, max_examples=100)
settings.load_profile("jcsim")
