"""Chooses how hard the property tests search: `HYPOTHESIS_PROFILE` is dev, ci or night.

Without the variable it is `ci` where `CI` is set, else `dev`.
"""

import gc
import os
from collections.abc import Iterator

import pytest
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
settings.register_profile("ci", EVERYWHERE, max_examples=50, derandomize=True, database=None)
settings.register_profile("night", EVERYWHERE, max_examples=20_000)

settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))


@pytest.fixture(scope="module", autouse=True)
def _what_a_module_kept_is_let_go(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whole rulesets, mutants and plans that one module remembers would slow every later collection of garbage."""
    yield
    for kept in vars(request.module).values():
        if getattr(kept, "__module__", None) == request.module.__name__ and hasattr(kept, "cache_clear"):
            kept.cache_clear()
    gc.collect()
    gc.freeze()  # what stays, such as compiled rulesets, need not be walked through again
