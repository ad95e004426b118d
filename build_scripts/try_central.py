"""Hand the shipped forms and made-up submissions to a real ODK Central, as a tablet would, and read them back.

    python build_scripts/try_central.py --url http://127.0.0.1:8383 --email you@example.vn [--seeds 12] [FORM ...]

A Central of one's own, for tests only: the script makes a project and leaves it there. The password comes from the
variable ``CENTRAL_PASSWORD``. Every form gets an identifier of its own and is published; every seed is one interview
answered at random, sent with its files, sent again (Central must not keep it twice), read back by OData, opened for
correction from the XML that Central holds, and sent as the next version. FORM: workbooks or XForms, by default all of
``forms/``. Ends with status 1 when Central refused anything.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import random
import re
import sys
import urllib.error
import urllib.request
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from survey_app.xforms import FormDefinition, FormSession, Node, SessionError, load_form, xlsform_to_xform  # noqa: E402

WORDS = ("Nguyễn Thị Hường <&>", "  đầu cuối ", "A\"b'", "0912345678", "Ⅷ 😀 x")
TYPED = {
    "int": ("0", "1", "3", "40", "1980"),
    "decimal": ("1.5", "12", "0.25"),
    "date": ("1980-05-06", "2026-11-20"),
    "time": ("08:30:00.000+07:00",),
    "dateTime": ("2026-11-20T08:30:00.000+07:00",),
    "geopoint": ("21.0285 105.8542 0 0",),
    "geotrace": ("21.0285 105.8542 0 0; 21.03 105.86 0 0",),
    "geoshape": ("21.0285 105.8542 0 0; 21.03 105.86 0 0; 21.04 105.85 0 0; 21.0285 105.8542 0 0",),
    "barcode": ("893456",),
    "string": WORDS,
}
FIRST_INSTANCE_ID = re.compile(r"<(?:\w+:)?instance[^>]*>\s*<[^>]*?\sid=([\"'])(.*?)\1", re.DOTALL)
INSTANCE_ID = re.compile(r"<(?:\w+:)?instanceID>(.*?)<")


@dataclass(frozen=True, slots=True)
class Central:
    """A Central over HTTP; ``project`` is the number of the project made for this run."""

    url: str
    headers: Mapping[str, str]
    project: int = 0

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        """Return the status and the body of an answer; a refusal is an answer too."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(
            f"{self.url}/v1{path}", data=body, method=method, headers={**self.headers, **named}
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def sent(self, submission: str, files: Sequence[str] = ()) -> int:
        """Send a submission with its files by OpenRosa; return the status."""
        mark = uuid.uuid4().hex
        parts = [("xml_submission_file", "submission.xml", "text/xml", submission.encode())]
        parts += [(name, name, "image/jpeg", b"\xff\xd8\xff" + name.encode()) for name in files]
        body = b"".join(
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n'
            f"Content-Type: {kind}\r\n\r\n".encode()
            + content
            + b"\r\n"
            for name, file, kind, content in parts
        )
        body += f"--{mark}--\r\n".encode()
        content_type = f"multipart/form-data; boundary={mark}"
        path = f"/projects/{self.project}/submission"
        return self.ask("POST", path, body, Content_Type=content_type, X_OpenRosa_Version="1.0")[0]


def answered(session: FormSession, chance: random.Random) -> None:
    """Answer what is asked, at random; what breaks a rule is mostly taken back."""
    for path in list(session.paths()):
        try:
            node = session.node(path)
            if node.kind != "question" or not node.control or not node.relevant or node.readonly or node.value:
                continue
            session.answer(path, any_answer(node, chance))
            if session.node(path).violation and chance.random() < 0.9:
                session.answer(path, "")
        except SessionError:
            continue


def one_more(session: FormSession) -> None:
    """Add an instance to every repeat that a person may lengthen."""
    for path in list(session.paths()):
        if path.endswith("[1]") and not session.node(path).fixed_size:
            session.add_repeat(path.removesuffix("[1]"))


def any_answer(node: Node, chance: random.Random) -> str:
    """Return an answer of the question's kind."""
    values = [choice.value for choice in node.choices]
    if node.control in ("select1", "select", "rank"):
        chance.shuffle(values)
        few = {"select1": 1, "rank": len(values)}.get(node.control, chance.randint(1, 3))
        agreed = [value for value in values if value == "agree"]
        return " ".join((agreed or values)[:few])
    if node.control == "trigger":
        return "OK"
    if node.type == "binary":
        return f"tep_{chance.randint(1, 99_999)}.jpg"
    return chance.choice(TYPED.get(node.type, ("",)))


def publish(central: Central, path: Path) -> tuple[str, FormDefinition]:
    """Publish a form under an identifier of its own and load what Central gives back.

    Raises:
        RuntimeError: Central refused it; the message is Central's.
    """
    xform = path.read_text(encoding="utf-8") if path.suffix == ".xml" else xlsform_to_xform(path)
    found = FIRST_INSTANCE_ID.search(xform)
    if found is None:
        raise RuntimeError("no identifier")
    identifier = f"try_{uuid.uuid4().hex[:12]}"
    xform = xform[: found.start(2)] + identifier + xform[found.end(2) :]
    forms = f"/projects/{central.project}/forms"
    status, said = central.ask("POST", f"{forms}?ignoreWarnings=true", xform.encode(), Content_Type="application/xml")
    if status == 200:
        for wanted in json.loads(central.ask("GET", f"{forms}/{identifier}/draft/attachments")[1]):
            file = path.parent / wanted["name"]
            if file.is_file():
                where = f"{forms}/{identifier}/draft/attachments/{quote(file.name)}"
                central.ask("POST", where, file.read_bytes(), Content_Type="application/octet-stream")
        status, said = central.ask("POST", f"{forms}/{identifier}/draft/publish?version=1", b"")
    if status != 200:
        raise RuntimeError(said.decode(errors="replace")[:300])
    files = {file.name: file.read_bytes() for file in path.parent.iterdir() if file.suffix in (".csv", ".geojson")}
    return identifier, load_form(central.ask("GET", f"{forms}/{identifier}.xml")[1], files)


def interview(central: Central, identifier: str, form: FormDefinition, chance: random.Random) -> dict[str, Any]:
    """Send one interview, read it back and correct it; return what was seen."""
    session = FormSession(form)
    answered(session, chance)
    one_more(session)
    answered(session, chance)
    session.end()
    submission = session.submission_xml()
    nodes = [session.node(path) for path in session.paths()]
    files = sorted({node.value for node in nodes if node.type == "binary" and node.value})
    first, again = central.sent(submission, files), central.sent(submission, files)
    found = INSTANCE_ID.search(submission)
    instance = quote(found[1] if found else "", safe="")
    here = f"/projects/{central.project}/forms/{identifier}"
    held = central.ask("GET", f"{here}/submissions/{instance}.xml")[1]
    there = json.loads(central.ask("GET", f"{here}/submissions/{instance}/attachments")[1])
    odata = central.ask("GET", f"{here}.svc/Submissions('{instance}')?$expand=*")[0]
    correction = FormSession(form, instance_xml=held, edit=True)
    answered(correction, chance)
    correction.end()
    corrected = central.sent(correction.submission_xml())
    versions = json.loads(central.ask("GET", f"{here}/submissions/{instance}/versions")[1])
    good = (
        (first, again, odata, corrected, len(versions)) == (201, 201, 200, 201, 2)
        and len(there) == len(files)
        and all(one["exists"] for one in there)
        and not correction.dropped
    )
    return {"good": good, "bytes": len(submission), "files": len(files), "answers": (first, again, odata, corrected)}


def main() -> int:
    """Return 0 when Central took everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("forms", nargs="*", type=Path, default=sorted((ROOT / "forms").glob("*/*.xlsx")))
    parser.add_argument("--url", required=True)
    parser.add_argument("--email", required=True)
    parser.add_argument("--seeds", type=int, default=12)
    options = parser.parse_args()
    login = base64.b64encode(f"{options.email}:{os.environ.get('CENTRAL_PASSWORD', '')}".encode()).decode()
    # Central takes a password only over TLS, or from a proxy that says it had TLS.
    central = Central(options.url, {"Authorization": f"Basic {login}", "X-Forwarded-Proto": "https"})
    name = json.dumps({"name": f"try {uuid.uuid4().hex[:6]}"}).encode()
    status, made = central.ask("POST", "/projects", name, Content_Type="application/json")
    if status != 200:
        sys.exit(f"{options.url}: {made.decode(errors='replace')[:300]}")
    central = Central(central.url, central.headers, int(json.loads(made)["id"]))
    bad = 0
    for path in options.forms:
        try:
            identifier, form = publish(central, path)
        except RuntimeError as error:
            print(f"{path.name}: refused: {error}")
            bad += 1
            continue
        seen = [interview(central, identifier, form, random.Random(seed)) for seed in range(options.seeds)]
        wrong = [one for one in seen if not one["good"]]
        bad += len(wrong)
        sizes, files = [one["bytes"] for one in seen], sum(one["files"] for one in seen)
        print(f"{path.name}: {len(seen)} interviews of {min(sizes)} to {max(sizes)} bytes with {files} files, ", end="")
        print(f"{len(seen) - len(wrong)} taken, read back and corrected", *wrong[:3])
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
