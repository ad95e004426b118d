"""What of a store is finished and travels: revisions, what they say now, bundles, counts and tables taken in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from survey_app.clock import stamp
from survey_app.join import Current
from survey_app.records import COMMENT, Revision
from survey_app.store import aggregates, deeds, forgetting, frame, history, tables, undoing
from survey_app.store.driver import outside_failures
from survey_app.store.ground import Ground
from survey_app.store.records import (
    HERE,
    Added,
    Brought,
    BundleNote,
    Kept,
    KeptAggregate,
    KeptTable,
    Undone,
)


class Exchanging(Ground):
    """Revisions and bundles; a base of ``Store``."""

    # --- revisions and bundles -------------------------------------------------------------------------------------

    def add_revisions(
        self, revisions: Iterable[Revision], arrival: str, spelled: Mapping[str, bytes] | None = None
    ) -> Added:
        """Add what is not here yet and compute what the submissions say now.

        Args:
            revisions: in any order, repetitions do not matter; their ids must be right (see ``records.revision_id``).
            arrival: id of the bundle, ``"here"`` for what was made in this store, ``"list"`` for what the office told.
            spelled: revision id to the canonical JSON of its answers, as far as that is known.
        """
        given = list(revisions) if arrival == HERE else revisions
        with self._change() as database:
            added = history.add(database, self._content, given, arrival, spelled or {})
            if arrival == HERE:
                self._note_decisions(database, given, added)
        return added

    def _note_decisions(self, database: Any, revisions: Iterable[Revision], added: Added) -> None:
        said = {"choice": deeds.DECIDED, "void": deeds.VOIDED, COMMENT: deeds.COMMENTED}
        new = set(added.new)
        for revision in revisions:
            if revision.id in new and revision.kind in said:
                form = str(revision.answers["form"]) if revision.kind == COMMENT else revision.submission
                about = {"household": revision.household, "submission": form, "revision": revision.id}
                if revision.kind == COMMENT:
                    about["what"] = str(revision.answers["state"])
                self._note(database, said[revision.kind], **about)

    def revisions(self, submission: str = "") -> Iterator[Revision]:
        """Yield the revisions of a submission by time, or all by id; the store may be written to meanwhile."""
        with outside_failures():
            if submission:
                yield from history.revisions_of(self._database, self._content, [submission])
            else:
                yield from history.all_revisions(self._database, self._content)

    def visits(self) -> list[Revision]:
        """Return what was noted at all households, in every round, by household, time and id."""
        with outside_failures():
            return history.all_visits(self._database, self._content)

    def comments(self, household: str = "") -> list[Revision]:
        """Return what was said about forms, in every round, by household, time and id; blank is of all households."""
        with outside_failures():
            return history.comments(self._database, self._content, household)

    def current(self, submission: str) -> Current | None:
        """Return what a submission says now."""
        with outside_failures():
            return history.current(self._database, self._content, submission)

    def currents(
        self, state: str = "", household: str = "", form: str = "", *, shuffled: bool = False
    ) -> Iterator[Current]:
        """Yield what submissions say now, by submission; the store may be written to meanwhile.

        Args:
            state: ``"settled"``, ``"joined"``, ``"conflict"`` or ``"void"``; blank for all.
            household: only submissions of this household; blank for all.
            form: id of a form: only what was answered to it, in whatever version; blank for all.
            shuffled: all, in an order that chance decides.
        """
        with outside_failures():
            if shuffled:
                yield from history.currents_shuffled(self._database, self._content)
                return
            yield from history.currents(self._database, self._content, state, household, form)

    def first_told(self, form: str) -> Iterator[tuple[str, str, str]]:
        """Yield submission, author and paradata of the first revision of every submission of a form."""
        with outside_failures():
            yield from history.first_told(self._database, form)

    def mark(self) -> int:
        """Return a mark: revisions that are added from now on are those after it."""
        with outside_failures():
            return history.mark(self._database)

    def state(self) -> tuple[str, ...]:
        """Return what differs whenever figures worked out from the answers may differ; cheap to ask for."""
        with outside_failures():
            return history.state(self._database)

    def unsettled_since(self, mark: int) -> list[Brought]:
        """Return what came after a mark to submissions that are joined by rule or in conflict now."""
        with outside_failures():
            return history.unsettled_since(self._database, mark)

    def newest(self, form_id: str, without: str) -> Current | None:
        """Return what the submission of a form that was finished last on this device says, leaving one out."""
        with outside_failures():
            return history.newest(self._database, self._content, form_id, self.device, without)

    def outgoing(self, everything: bool = False) -> list[Revision]:
        """Return what the next bundle has to carry, in the order of arrival.

        Args:
            everything: all revisions; otherwise those made here or brought by a colleague's bundle that no receipt has
                confirmed yet, packed before or not, so that a lost bundle or laptop loses nothing.
        """
        with outside_failures():
            return history.outgoing(self._database, self._content, everything)

    def is_waiting(self) -> bool:
        """Return whether something made here waits for a receipt: ``outgoing`` would not be empty."""
        with outside_failures():
            return history.is_waiting(self._database)

    def note_bundle(self, note: BundleNote) -> None:
        """Write down a bundle that was written or merged here; noting it again brings it up to date."""
        with self._change() as database:
            history.note_bundle(database, note)
            action = deeds.PACKED if note.direction == "out" else deeds.MERGED
            of, records = {"bundle": note.bundle, "device": note.device}, len(note.revisions)
            self._note(database, action, **of, sequence=note.sequence, records=records)

    def confirm_bundle(self, bundle: str) -> bool:
        """Note that the receipt of a bundle written here was loaded; return whether there is such a bundle."""
        with self._change() as database:
            is_known = history.confirm(database, bundle, stamp(self._clock()))
            if is_known:
                self._note(database, deeds.CONFIRMED, bundle=bundle)
                forgetting.again(database, self._content)
        return is_known

    def bundle_notes(self, carried: bool = True) -> list[BundleNote]:
        """Return the bundles written or merged here, in the order they were noted.

        Args:
            carried: with the ids of the revisions they carry; without them the answer is small however much there is.
        """
        with outside_failures():
            return history.bundle_notes(self._database, carried)

    def decided(self) -> list[str]:
        """Return the submissions that a person has decided something about (choice or void), in order of their ids."""
        query = "SELECT DISTINCT submission FROM revisions WHERE kind IN ('choice', 'void') ORDER BY submission"
        with outside_failures():
            return [row[0] for row in self._database.execute(query)]

    def carriers(self, submission: str) -> Mapping[str, tuple[BundleNote, ...]]:
        """Return which bundles brought or took along each revision of a submission: revision id to their notes."""
        with outside_failures():
            return history.carriers(self._database, submission)

    def undo_bundle(self, bundle: str) -> Undone | None:
        """Take back the merge of a bundle: what only it brought leaves again, unless something was built upon it.

        Erasures it brought stay; merging it again brings the rest back.

        Args:
            bundle: id of the bundle.

        Returns:
            What left, or what is in the way; ``None`` when no such bundle is merged here.
        """
        with self._change() as database:
            done = undoing.undo(database, self._content, bundle, stamp(self._clock()))
            if done is not None and not done.builders:
                self._note(database, deeds.UNDONE, bundle=bundle, revisions=done.revisions)
        return done

    def keep_bundle(self, bundle: str, file: str, content: bytes) -> None:
        """Keep a bundle of an unknown signer aside, as it came; one that is kept already stays."""
        with self._change() as database:
            row = (bundle, file, stamp(self._clock()), content)
            if database.execute("INSERT OR IGNORE INTO kept_bundles VALUES (?, ?, ?, ?)", row).rowcount:
                self._note(database, deeds.KEPT_ASIDE, bundle=bundle)

    def kept_bundles(self) -> list[Kept]:
        """Return the bundles that are kept aside, the first one kept first."""
        query = "SELECT bundle, file, kept_at, length(content) FROM kept_bundles ORDER BY kept_at, bundle"
        with outside_failures():
            return [Kept(*row) for row in self._database.execute(query)]

    def kept_bundle(self, bundle: str) -> bytes | None:
        """Return the file of a bundle that is kept aside."""
        with outside_failures():
            row = self._database.execute("SELECT content FROM kept_bundles WHERE bundle = ?", [bundle]).fetchone()
        return bytes(row[0]) if row else None

    def drop_kept_bundle(self, bundle: str) -> None:
        """Keep a bundle aside no more."""
        with self._change() as database:
            database.execute("DELETE FROM kept_bundles WHERE bundle = ?", [bundle])

    def put_aggregates(self, given: Iterable[KeptAggregate]) -> list[str]:
        """Keep counts that offices below handed up, in one transaction; return the ids of those that are new."""
        with self._change() as database:
            new = aggregates.put(database, self._content, given)
            for id_ in new:
                self._note(database, deeds.MERGED, aggregate=id_)
        return new

    def aggregate_ids(self) -> list[str]:
        """Return the ids of all counts that offices below handed up, also of those that newer ones replaced."""
        with outside_failures():
            return aggregates.ids(self._database)

    def aggregate(self, id_: str) -> KeptAggregate | None:
        """Return counts that an office below handed up."""
        with outside_failures():
            return aggregates.one(self._database, self._content, id_)

    def drop_aggregate(self, id_: str) -> bool:
        """Keep counts of an office below no more; tell whether they were here."""
        with self._change() as database:
            was_there = aggregates.drop(database, id_)
            if was_there:
                self._note(database, deeds.UNDONE, aggregate=id_)
        return was_there

    def put_table(self, table: KeptTable) -> None:
        """Keep a table that the office takes in, as the newest of its kind and name."""
        with self._change() as database:
            tables.put(database, self._content, table)
            self._note(database, deeds.TABLE_TAKEN_IN, what=table.kind, table=table.id)

    def kept_tables(self, kind: str, name: str | None = None) -> list[KeptTable]:
        """Return the tables of a kind that were taken in, the newest last; those of one name where it is given."""
        with outside_failures():
            return tables.kept(self._database, self._content, kind, name)

    def drop_table(self, table: KeptTable) -> bool:
        """Keep a table no more; tell whether it was here."""
        with self._change() as database:
            was_there = tables.drop(database, table.id)
            if was_there:
                self._note(database, deeds.TABLE_TAKEN_BACK, what=table.kind, table=table.id)
        return was_there

    def next_sequence(self) -> int:
        """Return the number of the next bundle; it is never given again."""
        with self._change() as database:
            number = int(frame.fact(database, "sequence") or "0") + 1
            frame.put_fact(database, "sequence", str(number))
        return number

    def digest(self) -> str:
        """Return one hash over everything a merge must agree on, whatever the order of arrival.

        That is the set of revisions, the erasures, and the households that were found in the field; not what follows
        from them, and not what only concerns this file (drafts, notes, keys, the office's own list).
        """
        with outside_failures():
            return history.digest(self._database)
