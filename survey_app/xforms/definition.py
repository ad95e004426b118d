"""A form as its author wrote it, frozen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from survey_app.xforms.errors import Fault
from survey_app.xforms.spec import Action, Output, Rule, Spec, Text
from survey_app.xforms.xpath.frame import Secondary

Parts = tuple[str | Output, ...]


class Translations(Mapping[str, Mapping[str, Parts]]):
    """The texts of one language by their ids. Most are one plain text: those take little room.

    Attributes:
        plain: texts without outputs and other forms.
        rich: all others, by form.
    """

    def __init__(self) -> None:
        self.plain: dict[str, str] = {}
        self.rich: dict[str, Mapping[str, Parts]] = {}

    def __getitem__(self, identifier: str) -> Mapping[str, Parts]:
        """Return the forms of a text."""
        text = self.plain.get(identifier)
        return {"": (text,) if text else ()} if text is not None else self.rich[identifier]

    def __iter__(self) -> Iterator[str]:
        """Yield the ids."""
        yield from self.plain
        yield from self.rich

    def __len__(self) -> int:
        """Return how many texts there are."""
        return len(self.plain) + len(self.rich)


Itext = Mapping[str, Translations]
"""Language to id to form of the text (``""`` plain, ``"guidance"``, ``"image"``, ...) to its parts."""

LAST_SAVED = "__last-saved"
"""Id of the secondary instance that holds the submission saved last."""
MEDIA = ("image", "big-image", "audio", "video")
"""Forms of a text that name a file: its value is a ``jr://`` address."""


@dataclass(frozen=True)
class BodyItem:
    """A question, group or repeat in the order of the questionnaire.

    Attributes:
        kind: what it is.
        path: generic path, without ``[n]``.
        appearance: appearance words, parted by blanks.
        children: what is inside a group or repeat.
    """

    kind: Literal["question", "group", "repeat"]
    path: str
    appearance: str = ""
    children: tuple[BodyItem, ...] = ()

    def walk(self) -> Iterator[BodyItem]:
        """Yield this item and all inside it."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, eq=False)
class Question:
    """A question of the form.

    Attributes:
        path: generic path.
        name: name with its prefix.
        type: XForms type without prefix.
        control: ``input select1 select rank trigger range upload``.
        appearance: appearance words, parted by blanks.
        choices: the choices when they are always the same: pairs of value and a function from language to label.
    """

    path: str
    name: str
    type: str
    control: str
    appearance: str
    _form: FormDefinition
    _spec: Spec

    def label(self, language: str = "") -> str:
        """Return the label in a language (the default when empty); answers in it stand as ``${name}``."""
        control = self._spec.control
        return self._form.static_text(control.label if control else None, language)

    def hint(self, language: str = "") -> str:
        """Return the hint in a language."""
        control = self._spec.control
        return self._form.static_text(control.hint if control else None, language)

    def guidance(self, language: str = "") -> str:
        """Return the guidance hint, for a printed manual or on request, in a language."""
        control = self._spec.control
        return self._form.static_text(control.guidance if control else None, language, "guidance")

    def media(self, language: str = "") -> Mapping[str, str]:
        """Return the pictures and sounds of the label in a language: one of ``MEDIA`` to a ``jr://`` address."""
        control = self._spec.control
        return self._form.static_media(control.label if control else None, language)

    @property
    def choices(self) -> tuple[StaticChoice, ...]:
        """The choices when no filter decides which are open, else all of the list; empty for lists from answers."""
        return self._form.static_choices(self._spec)

    @property
    def parameters(self) -> Mapping[str, str]:
        """What the author set besides, by the names of an XLSForm.

        ``start end step tick-interval placeholder`` of a range; ``rows`` of a text; ``mediatype max-pixels quality
        autoplay`` of files; ``capture-accuracy warning-accuracy allow-mock-accuracy incremental`` of places; ...
        """
        control = self._spec.control
        return dict(control.parameters) if control is not None else {}


@dataclass(frozen=True, eq=False)
class StaticChoice:
    """A choice of a list that never changes; unpacks into value and label function.

    Attributes:
        value: what is stored.
    """

    value: str
    _form: FormDefinition
    _texts: Mapping[str, str] | Text
    _itext: str = ""

    def media(self, language: str = "") -> Mapping[str, str]:
        """Return the pictures and sounds of the label in a language: one of ``MEDIA`` to a ``jr://`` address."""
        text = self._texts if isinstance(self._texts, Text) else Text(itext=self._itext)
        return self._form.static_media(text, language)

    def label(self, language: str = "") -> str:
        """Return the label in a language (the default when empty)."""
        if isinstance(self._texts, Text):
            return self._form.static_text(self._texts, language)
        wanted = language or self._form.default_language
        return self._texts.get(wanted) or next(iter(self._texts.values()), self.value)

    def __iter__(self) -> Iterator[object]:
        """Yield the value and the label function."""
        yield self.value
        yield self.label


@dataclass(frozen=True, eq=False, repr=False)
class FormDefinition:
    """A form, ready to be filled in any number of times.

    Attributes:
        id: form id.
        version: version, ``""`` when the author gave none.
        title: title.
        languages: languages of the translated texts, in the author's order; empty without translations.
        default_language: language to begin with, ``""`` without translations.
        root: path of the root node, for example ``"/data"``.
        xml: the XForm it was loaded from.
        body: the questionnaire in order.
        derived: names of nodes that no question of the body asks: calculations and what the program fills in.
        questions: every question by its generic path.
        warnings: what was passed over because nothing depends on it.
        lists_beside: names of the files it looks for lists in.
        style: layout words of the author, parted by blanks: ``pages``, ``theme-grid``, ...
        submission_url: address the form names for its submissions; this program sends nothing there.
        public_key: key the form names for encrypting submissions; this program encrypts with the office's own key.
        level: whom it is about, as the author wrote it (``attribute::level`` of the settings); ``""`` says nothing.
    """

    id: str
    version: str
    title: str
    languages: tuple[str, ...]
    default_language: str
    root: str
    xml: str
    body: tuple[BodyItem, ...]
    derived: frozenset[str]
    root_spec: Spec
    specs: Mapping[str, Spec]
    itext: Itext
    secondary: Mapping[str, Secondary]
    actions: tuple[Action, ...]
    rules: tuple[Rule, ...]
    namespaces: Mapping[str, str]
    warnings: tuple[Fault, ...] = ()
    lists_beside: tuple[str, ...] = ()
    questions: dict[str, Question] = field(default_factory=dict)
    style: str = ""
    submission_url: str = ""
    public_key: str = ""
    level: str = ""

    def __repr__(self) -> str:
        """Return id and version, not the whole form."""
        return f"<form {self.id} {self.version}>"

    def text_parts(self, text: Text | None, language: str, form: str = "") -> Parts:
        """Return the parts of a text in a language, in the default language when it has none there."""
        if text is None:
            return ()
        if not text.itext:
            return text.parts if not form else ()
        for wanted in dict.fromkeys((language, self.default_language, *self.languages)):
            texts = self.itext.get(wanted)
            forms = texts.get(text.itext) if texts is not None else None
            if forms is not None and form in forms:
                return forms[form]
            if forms is not None and not form and forms:
                continue
        return ()

    @property
    def media_files(self) -> tuple[str, ...]:
        """Names of the pictures, sounds and films that its texts show, in any language."""
        texts = (texts for language in self.itext.values() for texts in language.rich.values())
        addresses = (part for forms in texts for form in MEDIA for part in forms.get(form, ()) if isinstance(part, str))
        return tuple(dict.fromkeys(address.rpartition("/")[2].strip() for address in addresses if address.strip()))

    @property
    def reads_last_saved(self) -> bool:
        """An expression reads the submission saved last."""
        return LAST_SAVED in self.secondary

    @property
    def audit_path(self) -> str:
        """Path of the node that names the audit log, ``""`` when the author wants none."""
        return _audit_path(self.specs)

    @property
    def audit(self) -> Mapping[str, str] | None:
        """Parameters of the audit log the author wants (``track-changes``, ``identify-user``, ...); None for no log."""
        return audit_parameters(self.specs) if self.audit_path else None

    def plain_text(self, identifier: str, language: str) -> str | None:
        """Return a translated text that has neither outputs nor pictures in any language; None for all others."""
        texts = self.itext.get(language)
        if texts is None:
            return None
        for known in self.itext.values():
            if identifier in known.rich:
                return None
        return texts.plain.get(identifier)

    def static_media(self, text: Text | None, language: str = "") -> dict[str, str]:
        """Return the pictures and sounds of a text: one of ``MEDIA`` to a ``jr://`` address."""
        if text is None or not text.itext or not any(text.itext in known.rich for known in self.itext.values()):
            return {}
        found = {form: self.static_text(text, language, form) for form in MEDIA}
        return {form: address for form, address in found.items() if address}

    def static_text(self, text: Text | None, language: str = "", form: str = "") -> str:
        """Return a text with answers written as ``${name}``; ``form`` as in ``text_parts``."""
        parts = self.text_parts(text, language or self.default_language, form)
        return "".join(part if isinstance(part, str) else _placeholder(part) for part in parts).strip()

    def static_choices(self, spec: Spec) -> tuple[StaticChoice, ...]:
        """Return the choices of a question as far as no answer decides them."""
        control = spec.control
        if control is None:
            return ()
        if control.items:
            return tuple(StaticChoice(item.value, self, item.label) for item in control.items)
        if control.itemset is None or not control.itemset.fixed:
            return ()
        from survey_app.xforms.choices import whole_list

        return tuple(
            StaticChoice(value, self, labels, itext) for value, labels, itext in whole_list(self, control.itemset)
        )


def _audit_path(specs: Mapping[str, Spec]) -> str:
    return next((one.path for one in specs.values() if one.is_meta and one.local == "audit"), "")


def audit_parameters(specs: Mapping[str, Spec]) -> dict[str, str]:
    """Return the parameters of the ``audit`` row; none without one."""
    spec = specs.get(_audit_path(specs))
    given = spec.attributes if spec is not None else {}
    parameters = {name.removeprefix("bind:"): text for name, text in given.items() if name[:5] == "bind:"}
    return {name: text for name, text in parameters.items() if name not in ("nodeset", "ref", "type")}


def _placeholder(output: Output) -> str:
    return "${" + output.text.strip().rpartition("/")[2].strip() + "}"
