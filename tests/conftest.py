"""Chooses how hard the property tests search: `HYPOTHESIS_PROFILE` is dev, ci or night.

Without the variable it is `ci` where `CI` is set, else `dev`.
"""

import os

from hypothesis import HealthCheck, settings

# The parent is named because hypothesis starts from a profile of its own where CI is set.
EVERYWHERE = settings(
    settings.get_profile("default"),
    # A time limit on one example would measure the machine and whatever else runs on it.
    deadline=None,
    # So does the check that drawing is quick: a drawn patient has several hundred findings, and the first one
    # waits for the ruleset to load.
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)

settings.register_profile("dev", EVERYWHERE, max_examples=50)
# The same examples in every run: a red build is the fault of the change.
settings.register_profile("ci", EVERYWHERE, max_examples=100, derandomize=True, database=None)
settings.register_profile("night", EVERYWHERE, max_examples=20_000)

settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))
