"""Who a submission is: instanceID and deprecatedID (OpenRosa metadata)."""

from __future__ import annotations

from collections.abc import Callable

from survey_app.i18n import _
from survey_app.xforms.errors import SessionError
from survey_app.xforms.instance import InstanceNode
from survey_app.xforms.spec import Spec

INSTANCE_ID = "instanceID"
DEPRECATED_ID = "deprecatedID"


def instance_id_of(root: InstanceNode) -> InstanceNode:
    """Return the node of the instanceID.

    Raises:
        SessionError: the form has none.
    """
    for meta in root.instances("meta"):
        for node in meta.instances(INSTANCE_ID):
            return node
    raise SessionError("FRM-11", _("The form has no place for the instanceID."))


def give_identity(
    root: InstanceNode, instance_id: str | None, new_uuid: Callable[[], str], *, new: bool, edit: bool, by_xml: bool
) -> None:
    """Give an instance its instanceID.

    Args:
        root: the answers.
        instance_id: the instanceID of a new instance or of answers that do not carry one.
        new_uuid: gives fresh UUIDs.
        new: the instance begins now.
        edit: a finished submission is being corrected.
        by_xml: the instance comes from submission XML, which carries its instanceID.
    """
    node = instance_id_of(root)
    ours = node.spec.preload == "uid" or node.spec.is_added
    if instance_id is not None and not (by_xml and node.held):
        _set(node, f"uuid:{instance_id.removeprefix('uuid:')}")
    elif ours and (new or (not by_xml and not node.held)):
        _set(node, f"uuid:{new_uuid()}")
    if edit and not new and node.held:
        note_old_identity(root, node.held)
        if ours or "calculate" in node.spec.rules:
            _set(node, f"uuid:{new_uuid()}")


def note_old_identity(root: InstanceNode, instance_id: str) -> None:
    """Name the submission that this one takes the place of."""
    node = instance_id_of(root)
    meta = node.around
    assert meta is not None
    old = next(iter(meta.instances(DEPRECATED_ID)), None)
    if old is None:
        old = InstanceNode(_beside(node.spec, DEPRECATED_ID))
        meta.insert(meta.children.index(node) + 1, old)
    _set(old, instance_id)


def _set(node: InstanceNode, text: str) -> None:
    node.held = node.text = text


def _beside(spec: Spec, local: str) -> Spec:
    """Return a node of the metadata that the form does not have, in the same namespace."""
    assert spec.parent is not None
    prefix = spec.name.rpartition(":")[0]
    name = f"{prefix}:{local}" if prefix else local
    made = Spec(f"{spec.parent.path}/{name}", name, local, spec.uri, spec.parent, spec.number, spec.depth, spec.seed)
    made.is_meta = made.is_added = True
    return made
