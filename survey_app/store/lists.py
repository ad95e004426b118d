"""What of a store is the frame of the work: forms, rounds, places, people, keys, and the household list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from survey_app.records import HOUSEHOLD, Enumerator, Household, Place, Round
from survey_app.store import deeds, frame, history, visits
from survey_app.store.driver import outside_failures
from survey_app.store.ground import Ground
from survey_app.store.records import (
    Device,
    Line,
    StoredForm,
)


class Lists(Ground):
    """Forms, rounds, places, people, keys, facts and household lists; a base of ``Store``."""

    # --- forms, rounds, places, people -----------------------------------------------------------------------------

    def put_form(self, form: StoredForm) -> None:
        """Add a version of a form with its files."""
        with self._change() as database:
            frame.put_form(database, self._content, form)
            history.refresh_currents(database, self._content, history.unsettled(database, form.id))

    def form(self, form_id: str, version: str) -> StoredForm | None:
        """Return a version of a form."""
        with outside_failures():
            return frame.form(self._database, self._content, form_id, version)

    def form_use(self) -> dict[tuple[str, str], tuple[int, int]]:
        """Return by id and version of a form how many submissions and how many open interviews use it."""
        with outside_failures():
            return frame.form_use(self._database)

    def forms(self) -> list[StoredForm]:
        """Return all forms and versions, in the order of arrival."""
        with outside_failures():
            found = [self.form(form_id, version) for form_id, version in frame.form_versions(self._database)]
        return [form for form in found if form is not None]

    def put_round(self, round_: Round) -> None:
        """Add a round, or write it anew, and make it the one being worked on."""
        with self._change() as database:
            before = frame.current_round(database)
            frame.put_round(database, round_)
            if before is None or (before.code, before.further) != (round_.code, round_.further):
                visits.refresh_all(database)

    def round(self) -> Round | None:
        """Return the round being worked on."""
        with outside_failures():
            return frame.current_round(self._database)

    def rounds(self) -> list[Round]:
        """Return every round that was worked on here, by code."""
        with outside_failures():
            return frame.rounds(self._database)

    def put_places(self, places: Iterable[Place]) -> None:
        """Add places or write them anew."""
        with self._change() as database:
            frame.put_places(database, places)

    def places(self, level: str = "", parent: str = "") -> list[Place]:
        """Return the places of a level and directly below a place, by code; blank does not narrow."""
        with outside_failures():
            return frame.places(self._database, level, parent)

    def place(self, code: str) -> Place | None:
        """Return a place."""
        with outside_failures():
            return frame.place(self._database, code)

    def put_enumerators(self, people: Iterable[Enumerator]) -> None:
        """Add people or write them anew."""
        with self._change() as database:
            frame.put_enumerators(database, people)

    def enumerators(self) -> list[Enumerator]:
        """Return the people who interview and supervise, by id."""
        with outside_failures():
            return frame.enumerators(self._database)

    def put_devices(self, devices: Iterable[Device]) -> None:
        """Add devices or write them anew, for example with ``revoked`` set."""
        with self._change() as database:
            before = {device.id: device for device in frame.devices(database)}
            listed = list(devices)
            frame.put_devices(database, listed)
            for device in listed:
                known = before.get(device.id)
                if known is None:
                    self._note(database, deeds.DEVICE_ADDED, device=device.id)
                if device.revoked and not (known and known.revoked):
                    self._note(database, deeds.DEVICE_BLOCKED, device=device.id)

    def devices(self) -> list[Device]:
        """Return the devices whose signature is known, by id."""
        with outside_failures():
            return frame.devices(self._database)

    def put_secret(self, name: str, content: bytes) -> None:
        """Keep a private key or the like; it never leaves the encrypted file."""
        with self._change() as database:
            database.put("secrets", [{"name": name, "content": content}], ["name"])

    def secret(self, name: str) -> bytes | None:
        """Return what ``put_secret`` kept."""
        with outside_failures():
            row = self._database.execute("SELECT content FROM secrets WHERE name = ?", [name]).fetchone()
        return bytes(row[0]) if row else None

    # --- the household list ----------------------------------------------------------------------------------------

    def put_households(self, households: Iterable[Household]) -> None:
        """Add households of the list or write them anew."""
        with self._change() as database:
            frame.put_households(database, households)

    def assign(self, households: Iterable[str], enumerator: str) -> None:
        """Write down who is to visit these households; blank is nobody."""
        with self._change() as database:
            frame.assign(database, households, enumerator)

    def add_households(self, households: Iterable[Household], found_by: str) -> int:
        """Add households found in the field, here or by the laptop of a bundle; return how many were unknown.

        A household of the list stays as the list has it; the order in which bundles come does not matter.

        Args:
            households: what was found.
            found_by: id of the device that found them.
        """
        with self._change() as database:
            return frame.add_households(database, list(households), found_by)

    def found_households(self) -> list[Household]:
        """Return the households that are not from the list, by id; a bundle carries them."""
        with outside_failures():
            return frame.found_households(self._database)

    def household(self, household_id: str) -> Household | None:
        """Return a household."""
        with outside_failures():
            return frame.household(self._database, household_id)

    def households(
        self,
        village: str = "",
        text: str = "",
        status: str = "",
        limit: int = 0,
        *,
        enumerator: str = "",
        after: tuple[str, int] | None = None,
        level: str = HOUSEHOLD,
    ) -> list[Line]:
        """Return the lines of the household list that match everything given, by village and number.

        Args:
            village: code of a village; blank for all.
            text: words of the name of the head (from their beginning, no accents needed), the household number, or at
                least three digits of the phone number; blank for all.
            status: one of ``STATUSES``; blank for all.
            limit: at most so many lines; 0 for all.
            enumerator: id of a person: only their households and those of nobody; blank for all.
            after: village and number: only the lines that follow these.
            level: one of ``records.LEVELS``: the list of units of that level.
        """
        with outside_failures():
            return frame.lines(
                self._database, village, text, status, limit, enumerator=enumerator, after=after, level=level
            )

    def visited_last(self, village: str = "", enumerator: str = "") -> Line | None:
        """Return the household that was visited last, of a village and of a person or nobody, as in ``households``."""
        with outside_failures():
            return frame.visited_last(self._database, village, enumerator)

    def matching_counts(self, village: str = "", text: str = "", enumerator: str = "") -> Mapping[str, int]:
        """Return how many of the households that match everything given have each status."""
        with outside_failures():
            return frame.matching(self._database, village, text, enumerator)

    def in_charge(self) -> list[tuple[str, str, int, int]]:
        """Return who is in charge of how much: village, enumerator (blank: nobody), households, open ones."""
        with outside_failures():
            return frame.in_charge(self._database)

    def standings(self) -> list[tuple[str, str, str, str, int]]:
        """Return village, who is in charge, who was there last (both may be blank), status, number of households."""
        with outside_failures():
            return frame.standings(self._database)

    def line(self, household_id: str) -> Line | None:
        """Return one line of the household list."""
        with outside_failures():
            return frame.line(self._database, household_id)

    def status_counts(self) -> Mapping[str, Mapping[str, int]]:
        """Return how many households have each status: village code to status to number."""
        found: dict[str, dict[str, int]] = {}
        for village, own in self.outcome_counts().items():
            sums = found.setdefault(village, {})
            for (status, _ended), count in own.items():
                sums[status] = sums.get(status, 0) + count
        return found

    def outcome_counts(self) -> Mapping[str, Mapping[tuple[str, str], int]]:
        """Return the same, and how those ended that were packed or confirmed: complete, refused, closed; else blank."""
        with outside_failures():
            return frame.counts(self._database)

    def besides_to_hand_over(self) -> tuple[int, int]:
        """Return how many finished further forms are in no bundle, and in one that is not confirmed."""
        with outside_failures():
            return visits.besides(self._database)

    def put_fact(self, name: str, value: str) -> None:
        """Keep a single fact about this store."""
        with self._change() as database:
            frame.put_fact(database, name, value)

    def fact(self, name: str) -> str:
        """Return what ``put_fact`` kept, blank when nothing."""
        with outside_failures():
            return frame.fact(self._database, name)

    def next_household_number(self, village: str, level: str = HOUSEHOLD) -> int:
        """Return the number after the highest one of a level in a village."""
        with outside_failures():
            return frame.next_number(self._database, village, level)
