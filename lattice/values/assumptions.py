"""What may be assumed of scores, as it is written: `range`, `monotone`, `cap=0.05`, ...

- *range*: scores lie within the metric's declared ends;
- *monotone*: more data is never worse;
- *cap=c*: no single move changes the score by more than c;
- *diminishing*: what an object adds never grows with the set that it is added to;
- *saturated=k*: sets of k units or more all score the same.

All but the first are taken together with the range, where the metric has one.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import get_args

from lattice.errors import BadQuestion, about, closest, did_you_mean
from lattice.model import AssumptionName

NAMES: tuple[AssumptionName, ...] = get_args(AssumptionName)
_NUMBERED = {"cap": "the most that a move changes, cap=0.05", "saturated": "a rank, saturated=8"}


@dataclass(frozen=True)
class Assumed:
    """An assumption, and its number where it has one."""

    name: AssumptionName
    number: float | None = None

    def __str__(self) -> str:
        return self.name if self.number is None else f"{self.name}={self.number:g}"


def read(text: str) -> Assumed:
    """An assumption from its text.

    Raises:
        BadQuestion: there is none of this name, or its number is missing, stray or impossible.
    """
    name, sign, number = text.partition("=")
    with about(text):
        found = next((each for each in NAMES if each == name.strip()), None)
        if found is None:
            near = closest(name, NAMES)
            raise BadQuestion(
                f"{text!r} is nothing that can be assumed.",
                hint=did_you_mean(near) or f"It can be {', '.join(NAMES)}.",
                suggestions=near,
            )
        wants = _NUMBERED.get(found)
        if wants is None:
            if sign:
                raise BadQuestion(f"{found!r} takes no number.", hint=f"Write {found} alone.")
            return Assumed(found)
        try:
            value = float(number)
        except ValueError:
            value = -1.0
        if not isfinite(value) or value < 0 or (found == "saturated" and value % 1):
            raise BadQuestion(f"{text!r} lacks its number.", hint=f"It is {wants}.")
        return Assumed(found, value)
