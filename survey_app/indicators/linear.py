"""A small linear program: how far a value can move when sums are known. The simplex method on a dense tableau.

Made for checking what a reader of published tables can work out: some dozens of withheld figures, all at least zero,
bound by sums. Larger programs are for a library; ``MOST_VARIABLES`` says where.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MOST_VARIABLES = 300
_EPSILON = 1e-9


class Sums:
    """All ``x >= 0`` with ``equations @ x == values``.

    Args:
        equations: a row an equation, a column a variable.
        values: right-hand sides.

    Raises:
        ValueError: no ``x`` fulfils them.
    """

    def __init__(self, equations: Floats, values: Floats) -> None:
        import numpy as np

        signs = np.where(values < 0, -1.0, 1.0)
        rows, self._columns = equations.shape
        self._tableau = np.hstack([equations * signs[:, None], np.eye(rows), (values * signs)[:, None]])
        self._basis = list(range(self._columns, self._columns + rows))
        costs = np.zeros(self._tableau.shape[1])
        costs[:-1][self._columns :] = 1.0
        left = self._minimised(costs, self._tableau.shape[1] - 1)
        if left > 1e-6 * max(1.0, float(np.abs(values).max(initial=0.0))):
            raise ValueError("the sums contradict each other")
        self._drop_artificials()

    def _drop_artificials(self) -> None:
        """Take the helping variables of the start out of the basis, and equations that say nothing new."""
        import numpy as np

        kept = []
        for row, variable in enumerate(self._basis):
            if variable >= self._columns:
                usable = np.flatnonzero(np.abs(self._tableau[row, : self._columns]) > _EPSILON)
                if not len(usable):
                    continue
                self._pivot(row, int(usable[0]))
            kept.append(row)
        self._basis = [self._basis[row] for row in kept]
        self._tableau = np.hstack([self._tableau[kept, : self._columns], self._tableau[kept, -1:]])

    def range_of(self, variables: Sequence[int]) -> tuple[float, float]:
        """Return the least and the most that the sum of some variables can be; the most may be infinite."""
        import numpy as np

        costs = np.zeros(self._columns + 1)
        costs[list(variables)] = 1.0
        return self._minimised(costs, self._columns), -self._minimised(-costs, self._columns)

    def _minimised(self, costs: Floats, columns: int) -> float:
        """Return the least value of ``costs @ x`` over the first ``columns`` variables, ``-inf`` when there is none."""
        import numpy as np

        reduced = costs.copy()
        for row, variable in enumerate(self._basis):
            if reduced[variable]:
                reduced -= reduced[variable] * self._tableau[row]
        for step in range(50 * (columns + len(self._basis))):
            falling = np.flatnonzero(reduced[:columns] < -_EPSILON)
            if not len(falling):
                return float(-reduced[-1])
            # Bland's rule never runs in circles; the steepest column is quicker and is tried first.
            entering = int(falling[0] if step > 5 * columns else falling[np.argmin(reduced[falling])])
            row = self._leaving(entering)
            if row < 0:
                return -np.inf
            self._pivot(row, entering)
            reduced -= reduced[entering] * self._tableau[row]
        raise ValueError("the program did not come to an end")

    def _leaving(self, entering: int) -> int:
        import numpy as np

        column = self._tableau[:, entering]
        usable = np.flatnonzero(column > _EPSILON)
        if not len(usable):
            return -1
        ratios = self._tableau[usable, -1] / column[usable]
        ties = usable[ratios <= ratios.min() + _EPSILON]
        return int(min(ties, key=lambda row: self._basis[row]))

    def _pivot(self, row: int, column: int) -> None:
        import numpy as np

        self._tableau[row] /= self._tableau[row, column]
        factors = self._tableau[:, column].copy()
        factors[row] = 0.0
        self._tableau -= np.outer(factors, self._tableau[row])
        self._basis[row] = column
