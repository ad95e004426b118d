"""Where nodes stand: paths with positions, addresses with line keys; and the line keys themselves."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from survey_app.i18n import _
from survey_app.xforms.errors import SessionError
from survey_app.xforms.instance import InstanceNode

SMALLEST_GAP = 1_000
LARGEST_GAP = 2**31


def find(root: InstanceNode, path: str) -> InstanceNode:
    """Return the node at a path; ``[n]`` stands on repeat instances only and may be left out for the first.

    Raises:
        SessionError: there is no such node.
    """
    here: InstanceNode | None = None
    for name, index in _steps(path):
        found = [root] if here is None else here.instances(name.rpartition(":")[2])
        if len(found) < index or (here is None and name not in (root.spec.name, root.name)):
            raise _nothing(path)
        here = found[index - 1]
        if here.spec.name != name and ":" in name:
            here = next((one for one in found if one.spec.name == name), here)
    if here is None:
        raise _nothing(path)
    return here


def at_address(root: InstanceNode, address: str) -> InstanceNode | None:
    """Return the node at an address (``records``), None when there is none (any more); ``""`` is the root."""
    here = root
    for step in address.split("/") if address else ():
        name, bracket, line = step.partition("[")
        found = here.instances(name.rpartition(":")[2])
        if bracket:
            found = [one for one in found if str(one.line) == line.removesuffix("]")]
        if not found or (found[0].spec.kind == "repeat") is not bool(bracket):
            return None
        here = next((one for one in found if one.spec.name == name), found[0])
    return here


@lru_cache(maxsize=20_000)
def _steps(path: str) -> tuple[tuple[str, int], ...]:
    found: list[tuple[str, int]] = []
    for step in path.strip().strip("/").split("/"):
        name, bracket, place = step.partition("[")
        digits = place.removesuffix("]")
        if not name or (bracket and not digits.isdecimal()) or (bracket and int(digits) < 1):
            raise _nothing(path)
        found.append((name, int(digits) if bracket else 1))
    return tuple(found)


def _nothing(path: str) -> SessionError:
    return SessionError("FRM-12", _("There is no “{path}” in this interview.").format(path=path))


class Places:
    """Paths and addresses of many nodes; those asked for are kept until an instance goes or moves."""

    def __init__(self) -> None:
        self._paths: dict[InstanceNode, str] = {}
        self._addresses: dict[InstanceNode, str] = {}

    def forget(self) -> None:
        """Forget all: nodes stand elsewhere now, or nowhere."""
        self._paths.clear()
        self._addresses.clear()

    def path(self, node: InstanceNode) -> str:
        """Return the path of a node; the places of members are counted once."""
        known = self._paths.get(node)
        if known is None:
            around = node.around
            above = self.path(around) if around is not None else ""
            if node.spec.kind == "repeat" and around is not None:
                for place, one in enumerate(around.instances(node.name), start=1):
                    self._paths[one] = f"{above}/{one.spec.name}[{place}]"
                known = self._paths[node]
            else:
                known = self._paths[node] = f"{above}/{node.spec.name}"
        return known

    def address(self, node: InstanceNode) -> str:
        """Return the address of a node that has its line key."""
        known = self._addresses.get(node)
        if known is None:
            known = self._addresses[node] = node.address()
        return known


class Lines:
    """Gives line keys that no other instance of the same repeat has or ever had.

    Within a sitting a counter does. A sitting that goes on with answers given before cannot know the keys of instances
    that were removed in between, nor those that another laptop gives in the same submission at the same time; it leaves
    a gap after the highest key there is, of a length that comes from the submission and the moment of opening, so that
    two sittings do not meet.

    Args:
        root: the answers; instances without a line key get one, in document order.
        sitting: what tells this sitting from every other one at the same answers; ``""`` for the first.
    """

    def __init__(self, root: InstanceNode, sitting: str) -> None:
        self._highest: dict[tuple[InstanceNode | None, str], int] = {}
        self._sitting = sitting
        instances = [node for node in root.inside() if node.spec.kind == "repeat"]
        for node in instances:
            key = (node.around, node.name)
            self._highest[key] = max(self._highest.get(key, 0), node.line)
        for node in instances:
            if not node.line:
                node.line = self._count(node)
        self._old = set(root.inside()) if sitting else set()

    def next(self, node: InstanceNode) -> int:
        """Return the line key of a new instance that stands in its place."""
        if node.around in self._old:
            self._leave_gap(node)
        return self._count(node)

    def _count(self, node: InstanceNode) -> int:
        key = (node.around, node.name)
        self._highest[key] = self._highest.get(key, 0) + 1
        return self._highest[key]

    def _leave_gap(self, node: InstanceNode) -> None:
        around = node.around
        assert around is not None
        self._old.discard(around)
        for spec in around.spec.children.values():
            if spec.kind == "repeat":
                place = f"{self._sitting}\n{around.address()}/{spec.name}"
                number = int.from_bytes(hashlib.sha256(place.encode()).digest()[:8], "big")
                key = (around, spec.local)
                self._highest[key] = self._highest.get(key, 0) + SMALLEST_GAP + number % (LARGEST_GAP - SMALLEST_GAP)
