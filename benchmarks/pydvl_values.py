"""Times pyDVL on tables of scores; run by a Python of its own, since pyDVL needs NumPy 1.

Each line of standard input is a table of 2^n scores in JSON, the set of a score in the bits of its
place; each answered line has the exact Shapley values and the seconds that they took.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from typing import Any

warnings.simplefilter("ignore")  # its own imports warn of each other


def main() -> None:
    """Answer line by line."""
    import numpy as np
    from pydvl.valuation import Dataset, ShapleyValuation
    from pydvl.valuation.samplers import DeterministicUniformSampler, FiniteSequentialIndexIteration
    from pydvl.valuation.stopping import NoStopping
    from pydvl.valuation.utility.base import UtilityBase

    class Table(UtilityBase):  # type: ignore[misc]
        """Looks the score of a sample up."""

        def __init__(self, scores: list[float]) -> None:
            self._scores = scores

        def __call__(self, sample: Any) -> float:
            place: int = sum(1 << each for each in sample.subset.tolist())
            return self._scores[place]

    for line in sys.stdin:
        scores = json.loads(line)
        n = len(scores).bit_length() - 1
        data = Dataset(np.zeros((n, 1)), np.zeros(n))
        sampler = DeterministicUniformSampler(index_iteration=FiniteSequentialIndexIteration)
        valuation = ShapleyValuation(Table(scores), sampler, NoStopping(sampler), progress=False)
        start = time.perf_counter()
        valuation.fit(data)
        seconds = time.perf_counter() - start
        result = valuation.values() if callable(valuation.values) else valuation.values
        found = dict(zip(result.indices.tolist(), result.values.tolist()))  # noqa: B905
        print(json.dumps({"seconds": seconds, "values": [found[each] for each in range(n)]}))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
