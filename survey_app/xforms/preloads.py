"""What the form has the program fill in (ODK XForms specification, "Preload Attributes").

``uid``; ``date today``; ``timestamp start`` and ``end``; ``property`` with ``deviceid username email phonenumber``
and others, also as ``uri:deviceid``; and the older ``context UserID`` and ``patient``, of which only the user is known.
"""

from __future__ import annotations

from survey_app.clock import stamp
from survey_app.xforms.instance import InstanceNode
from survey_app.xforms.spec import Spec
from survey_app.xforms.xpath.frame import Environment

_SAME = {"userid": "username", "user": "username"}


def preload(node: InstanceNode, env: Environment) -> None:
    """Give a new node what the form has the program fill in."""
    value = _value(node.spec, env) if node.spec.preload else ""
    if value:
        node.held = node.text = value


def is_end_time(spec: Spec) -> bool:
    """Tell whether a node holds when the form was ended."""
    return (spec.preload, spec.preload_params) == ("timestamp", "end")


def _value(spec: Spec, env: Environment) -> str:
    kind, wanted = spec.preload, spec.preload_params.strip()
    if kind == "uid":
        return f"uuid:{env.new_uuid()}"
    if (kind, wanted) == ("date", "today"):
        return env.now().date().isoformat()
    if (kind, wanted) == ("timestamp", "start"):
        return stamp(env.now())
    return _property(wanted, env) if kind in ("property", "context") else ""


def _property(wanted: str, env: Environment) -> str:
    scheme, colon, name = wanted.rpartition(":")
    known = {_plain(one): text for one, text in env.properties.items()}
    value = known.get(_plain(name), "")
    return f"{_plain(name)}:{value}" if value and colon and scheme == "uri" else value


def _plain(name: str) -> str:
    plain = name.lower().replace(" ", "").replace("_", "")
    return _SAME.get(plain, plain)
