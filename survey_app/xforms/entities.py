"""The entities a submission creates or updates (ODK entities specification, 2022.1 and 2023.1; in repeats too)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from survey_app.xforms.instance import InstanceNode

_YES = frozenset(("1", "true"))


@dataclass(frozen=True)
class Entity:
    """What a submission says about one entity.

    Attributes:
        path: path of its ``entity`` node in the submission.
        dataset: name of its list.
        id: its UUID; a blank or anything else makes a server refuse it.
        create: it is to be created.
        update: it is to be updated.
        label: label for people, ``""`` when the form gives none.
        base_version: version of the entity the form had before it; 0 when there was none.
        properties: its properties by name; a question that is not relevant leaves its property alone.
    """

    path: str
    dataset: str
    id: str
    create: bool
    update: bool
    label: str = ""
    base_version: int = 0
    properties: Mapping[str, str] = field(default_factory=dict)


def entities_of(root: InstanceNode) -> tuple[Entity, ...]:
    """Return the entities that a submission of these answers creates or updates, in document order."""
    found = (_entity(node) for node in root.inside() if _is_entity(node) and node.relevant)
    return tuple(entity for entity in found if entity.create or entity.update)


def _is_entity(node: InstanceNode) -> bool:
    return node.name == "entity" and node.around is not None and node.around.name == "meta"


def _entity(node: InstanceNode) -> Entity:
    attributes = {one.name: one.text for one in node.attributes}
    attributes.update((one.spec.local[1:], one.text) for one in node.parts() if one.spec.local[0] == "@")
    version = attributes.get("baseVersion", "")
    meta = node.around
    assert meta is not None and meta.around is not None
    return Entity(
        path=node.path(),
        dataset=attributes.get("dataset", ""),
        id=attributes.get("id", "").removeprefix("uuid:"),
        create=attributes.get("create", "") in _YES,
        update=attributes.get("update", "") in _YES,
        label=next((one.text for one in node.instances("label")), ""),
        base_version=int(version) if version.isascii() and version.isdecimal() else 0,
        properties=dict(_properties(meta.around)),
    )


def _properties(node: InstanceNode) -> Iterator[tuple[str, str]]:
    """Yield name and value of what is saved to the entity of a node; what belongs to another entity inside is not."""
    for inner in node.parts():
        name = inner.spec.attributes.get("bind:saveto")
        if name and inner.relevant:
            yield name, inner.text
        if not inner.spec.is_leaf and not _has_entity(inner):
            yield from _properties(inner)


def _has_entity(node: InstanceNode) -> bool:
    return any(meta.instances("entity") for meta in node.instances("meta"))
