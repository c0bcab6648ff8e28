"""Shared test set-up: property tests have no deadline, since the first call of a rule compiles it."""

from hypothesis import settings

settings.register_profile("jcsim", deadline=None, max_examples=100)
settings.load_profile("jcsim")

NOT_RUN = "browser tests NOT RUN"


def pytest_terminal_summary(terminalreporter):
    """Say it loudly where the tests in a browser were skipped: a skip alone is easily overlooked."""
    reasons = {
        report.longrepr[2] for report in terminalreporter.stats.get("skipped", ()) if NOT_RUN in str(report.longrepr)
    }
    for reason in sorted(reasons):
        terminalreporter.write_line(reason.removeprefix("Skipped: "), red=True, bold=True)
