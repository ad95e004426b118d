"""The tables of a store, as numbered migrations.

A migration is a tuple of statements and is never edited after a release; the next one is appended. ``PRAGMA
user_version`` holds the number of the last one applied. The comments inside the statements stay in the file: they
document it for whoever opens it with another tool, and they keep the schema longer than one page, which the key slots
rely on (see ``slots``).
"""

from __future__ import annotations

from typing import Any

from survey_app.store.errors import StoreTooNew

FIRST = (
    """CREATE TABLE facts (
    -- Single facts about this file, one a row.
    name TEXT PRIMARY KEY,   -- 'kind': laptop or office; 'device': id of the laptop or office this file belongs to;
                             -- 'name': what people call it; 'created_at': ISO 8601; 'sequence': number of the bundle
                             -- written last; 'round': code of the round being worked on
    value TEXT NOT NULL      -- as text, whatever it is
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE secrets (
    -- Private keys and the like. They never leave this encrypted file except inside a backup of it.
    name TEXT PRIMARY KEY,   -- what it is for
    content BLOB NOT NULL    -- the bytes
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE forms (
    -- Questionnaires, every version that was ever used here; a version is never changed, a new one is added.
    id TEXT NOT NULL,        -- id of the form as in the settings sheet of its workbook
    version TEXT NOT NULL,   -- its version
    title TEXT NOT NULL,     -- as shown to people
    xform BLOB NOT NULL,     -- XForm XML in UTF-8, compressed with zstd
    derived TEXT NOT NULL,   -- JSON list: names that are calculated or filled in by the program
    position INTEGER NOT NULL, -- order of arrival here
    PRIMARY KEY (id, version)
) STRICT""",
    """CREATE TABLE form_files (
    -- What came with a form: the workbook itself, indicators.csv, targets.csv, lists.
    form TEXT NOT NULL,      -- forms.id
    version TEXT NOT NULL,   -- forms.version
    name TEXT NOT NULL,      -- file name without folder
    content BLOB NOT NULL,   -- the bytes as they were, compressed with zstd
    PRIMARY KEY (form, version, name),
    FOREIGN KEY (form, version) REFERENCES forms (id, version) ON DELETE CASCADE
) STRICT""",
    """CREATE TABLE rounds (
    -- Survey rounds; the one being worked on is named in facts.
    code TEXT PRIMARY KEY,   -- short code, for example 2026-11
    title TEXT NOT NULL,     -- what people call it
    form_id TEXT NOT NULL,   -- the form that is asked
    form_version TEXT NOT NULL,
    reference_date TEXT NOT NULL, -- ISO date at which age and status are taken
    catalogue_date TEXT NOT NULL, -- ISO date of the places catalogue in force
    starts TEXT NOT NULL,    -- ISO date
    ends TEXT NOT NULL,      -- ISO date
    commune_code TEXT NOT NULL, -- where
    notice_version TEXT NOT NULL, -- version of the privacy notice read to the household
    modules TEXT NOT NULL    -- JSON list of the optional modules that are asked
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE places (
    -- Administrative units of the catalogue of the round: provinces, communes, villages.
    code TEXT PRIMARY KEY,   -- official code with leading zeros; a village's is the commune's with -001, -002, ...
    name TEXT NOT NULL,      -- full name
    level TEXT NOT NULL,     -- province, commune or village
    kind TEXT NOT NULL,      -- xa, phuong, dac_khu, tinh, thanh_pho, thon, ban, ...
    parent TEXT NOT NULL     -- code of the unit above, blank for a province
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX places_by_parent ON places (parent, level)",
    """CREATE TABLE enumerators (
    -- The people who interview and supervise.
    id TEXT PRIMARY KEY,     -- short id, unique in the office
    name TEXT NOT NULL,      -- full name
    role TEXT NOT NULL,      -- enumerator or supervisor
    title TEXT NOT NULL      -- anh, chị or blank
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE households (
    -- The household list (the frame) and the households found in the field.
    id TEXT PRIMARY KEY,     -- UUID, the identity of the household everywhere
    village_code TEXT NOT NULL, -- places.code of the village
    number INTEGER NOT NULL, -- running number in the village; two laptops may give the same number to two households
    head_name TEXT NOT NULL, -- head of household, as typed
    address TEXT NOT NULL,   -- hamlet, street, house number
    phone TEXT NOT NULL,     -- as typed
    size INTEGER NOT NULL,   -- people on the list, 0 when unknown
    assigned_to TEXT NOT NULL, -- enumerators.id, blank when nobody yet
    found_by TEXT NOT NULL,  -- blank: from the list; otherwise the household was found in the field or came in a bundle
    words TEXT NOT NULL,     -- for searching: a blank before each word of the name, without accents, lower case
    digits TEXT NOT NULL     -- for searching: the digits of the phone number, +84 as 0
) STRICT""",
    "CREATE INDEX households_by_village ON households (village_code, number)",
    """CREATE TABLE visits (
    -- How far a household is in the round. Computed from drafts, currents and bundle_notes; a missing row means
    -- that nobody has been there.
    household TEXT PRIMARY KEY, -- households.id; a bundle may bring the answers before the household is known here
    status TEXT NOT NULL,    -- in_progress, complete, refused, packed, confirmed
    touched_at TEXT NOT NULL, -- ISO 8601, when the draft was started or the newest revision made
    author TEXT NOT NULL,    -- enumerators.id of who did
    result TEXT NOT NULL     -- interview_result of the current submission, blank when there is none
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX visits_by_status ON visits (status)",
    """CREATE TABLE revisions (
    -- What people answered: immutable states of submissions. Rows are added and never changed; see the triggers.
    position INTEGER PRIMARY KEY, -- order of arrival in this file, means nothing elsewhere
    id TEXT NOT NULL UNIQUE, -- hash of the content, 32 hexadecimal digits
    submission TEXT NOT NULL, -- UUID of the submission
    household TEXT NOT NULL, -- UUID of the household
    round TEXT NOT NULL,     -- code of the round
    form_id TEXT NOT NULL,   -- the form that asked
    form_version TEXT NOT NULL,
    parents TEXT NOT NULL,   -- JSON list of the ids of the revisions this one was made from, sorted
    kind TEXT NOT NULL,      -- answers, void or choice
    author TEXT NOT NULL,    -- enumerators.id
    device TEXT NOT NULL,    -- id of the laptop or office it was made on
    made_at TEXT NOT NULL,   -- ISO 8601 with offset, by that device's clock
    reason TEXT NOT NULL,    -- why, for void and choice
    answers BLOB NOT NULL,   -- canonical JSON in UTF-8, compressed with zstd when that is shorter
    arrival TEXT NOT NULL    -- 'here' when it was made in this file, otherwise id of the bundle that brought it first
) STRICT""",
    "CREATE INDEX revisions_by_submission ON revisions (submission)",
    """CREATE TABLE undoing (
    -- The one way a revision may leave again: while its position stands here, inside one transaction.
    revision INTEGER PRIMARY KEY -- revisions.position
) STRICT""",
    """CREATE TRIGGER revisions_are_never_changed BEFORE UPDATE ON revisions
BEGIN SELECT RAISE(ABORT, 'a revision is never changed'); END""",
    """CREATE TRIGGER revisions_are_never_deleted BEFORE DELETE ON revisions
WHEN NOT EXISTS (SELECT 1 FROM undoing WHERE revision = OLD.position)
BEGIN SELECT RAISE(ABORT, 'a revision is never deleted'); END""",
    """CREATE TABLE currents (
    -- What each submission says now. Computed from its revisions by rule; can be thrown away and computed again.
    submission TEXT PRIMARY KEY,
    household TEXT NOT NULL, -- this and the columns to device: of the newest head
    round TEXT NOT NULL,
    form_id TEXT NOT NULL,
    form_version TEXT NOT NULL,
    author TEXT NOT NULL,
    made_at TEXT NOT NULL,
    device TEXT NOT NULL,
    heads TEXT NOT NULL,     -- JSON list of the ids of the revisions nobody built upon
    state TEXT NOT NULL,     -- settled, joined, conflict or void
    conflicts TEXT NOT NULL, -- JSON list of [address, base, [[revision id, value], ...]]
    result TEXT NOT NULL,    -- the answer interview_result, blank when there is none
    answers BLOB NOT NULL    -- like revisions.answers
) STRICT""",
    "CREATE INDEX currents_by_household ON currents (household)",
    "CREATE INDEX currents_in_conflict ON currents (state) WHERE state <> 'settled'",
    """CREATE TABLE drafts (
    -- Interviews that are not finished.
    id TEXT PRIMARY KEY,
    submission TEXT NOT NULL UNIQUE, -- UUID of the submission it will be a revision of
    household TEXT NOT NULL,
    round TEXT NOT NULL,
    form_id TEXT NOT NULL,
    form_version TEXT NOT NULL,
    parents TEXT NOT NULL,   -- JSON list of the revisions it starts from; empty for a first interview
    author TEXT NOT NULL,    -- enumerators.id
    started_at TEXT NOT NULL, -- ISO 8601
    touched_at TEXT NOT NULL, -- ISO 8601, the last answer
    cursor TEXT NOT NULL     -- address of the question the enumerator stood on
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX drafts_by_household ON drafts (household)",
    """CREATE TABLE draft_values (
    -- The answers of a draft, each one committed as it is given.
    draft TEXT NOT NULL REFERENCES drafts (id) ON DELETE CASCADE,
    address TEXT NOT NULL,   -- names from below the root joined by /, a repeat instance as name[line key]
    value TEXT NOT NULL,     -- XForms text; blank for a bare repeat instance
    PRIMARY KEY (draft, address)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE devices (
    -- Laptops and offices whose signature is trusted here.
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,      -- what people call it
    verify_key BLOB NOT NULL, -- Ed25519 public key, 32 bytes
    revoked INTEGER NOT NULL -- 1: not trusted any more
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE bundle_notes (
    -- Bundles written or merged here.
    position INTEGER PRIMARY KEY, -- order in this file
    bundle TEXT NOT NULL,    -- id of the bundle
    direction TEXT NOT NULL, -- out: written here; in: merged here
    device TEXT NOT NULL,    -- who wrote it
    sequence INTEGER NOT NULL, -- its number among the bundles of that device
    made_at TEXT NOT NULL,   -- ISO 8601, by that device's clock
    noted_at TEXT NOT NULL,  -- ISO 8601, by the clock of this machine
    confirmed_at TEXT NOT NULL, -- out: when its receipt was loaded, blank until then
    outcome TEXT NOT NULL,   -- JSON: counts and the like, for people to read
    UNIQUE (bundle, direction)
) STRICT""",
    """CREATE TABLE bundle_revisions (
    -- Which revisions a bundle carries, known before or not.
    note INTEGER NOT NULL REFERENCES bundle_notes (position) ON DELETE CASCADE,
    revision INTEGER NOT NULL REFERENCES revisions (position) ON DELETE CASCADE,
    PRIMARY KEY (note, revision)
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX bundles_by_revision ON bundle_revisions (revision)",
)

ATTACHMENTS = (
    """CREATE TABLE attachments (
    -- Pictures, drawings, recordings and files that belong to answers; the answer is the name.
    name TEXT PRIMARY KEY,   -- first 16 hexadecimal digits of the SHA-256 of the content, a dot, kind of file
    content BLOB NOT NULL,   -- the bytes
    kept INTEGER NOT NULL DEFAULT 0 -- 1: a revision refers to it; 0: at most drafts do
) STRICT""",
)

WORK_LIST = (
    # what the commune's list of poor households says, blank when nothing
    "ALTER TABLE households ADD COLUMN poverty TEXT NOT NULL DEFAULT ''",
    # households.id of the household that this one moved out of
    "ALTER TABLE households ADD COLUMN split_from TEXT NOT NULL DEFAULT ''",
    # ISO 8601, the appointment that stands, blank when there is none
    "ALTER TABLE visits ADD COLUMN due TEXT NOT NULL DEFAULT ''",
    # how often somebody was there without an interview
    "ALTER TABLE visits ADD COLUMN tries INTEGER NOT NULL DEFAULT 0",
    # the visits of a household without an interview
    "CREATE INDEX revisions_of_visits ON revisions (household) WHERE kind = 'visit'",
    # age recipient that a new household list is sealed to, blank for an office
    "ALTER TABLE devices ADD COLUMN recipient TEXT NOT NULL DEFAULT ''",
    # JSON list of the villages and of the people the laptop was set up for; empty: all
    "ALTER TABLE devices ADD COLUMN villages TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE devices ADD COLUMN people TEXT NOT NULL DEFAULT '[]'",
)

ERASURES = (
    """CREATE TABLE erasures (
    -- Households that were erased: the trace of it, and nothing about the household. What arrives later about one of
    -- them is not kept.
    id TEXT PRIMARY KEY,     -- hash of the content, 32 hexadecimal digits
    household TEXT NOT NULL, -- UUID of the household
    author TEXT NOT NULL,    -- enumerators.id of who erased
    device TEXT NOT NULL,    -- id of the laptop or office it was done on
    made_at TEXT NOT NULL,   -- ISO 8601 with offset, by that device's clock
    reason TEXT NOT NULL,    -- asked, withdrawn, mistake or expired
    arrival TEXT NOT NULL,   -- 'here', otherwise id of the bundle, or 'receipt', that brought it first
    carried_by TEXT NOT NULL DEFAULT '' -- id of the last bundle written here that carries it
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX erasures_by_household ON erasures (household)",
    """CREATE TABLE discarded_drafts (
    -- Interviews that somebody threw away; for some days they can be brought back.
    id TEXT PRIMARY KEY,
    household TEXT NOT NULL,
    discarded_at TEXT NOT NULL, -- ISO 8601
    discarded_by TEXT NOT NULL, -- enumerators.id
    answers INTEGER NOT NULL, -- how many answers it holds
    attachments TEXT NOT NULL, -- names of the attachments it refers to, parted by blanks
    content BLOB NOT NULL    -- the whole draft as canonical JSON, compressed when that is shorter
) STRICT, WITHOUT ROWID""",
)

TAKING_BACK = (
    """CREATE TABLE bundle_households (
    -- Which households found in the field a merged bundle describes, and how, so that its merge can be taken back.
    note INTEGER NOT NULL REFERENCES bundle_notes (position) ON DELETE CASCADE,
    household TEXT NOT NULL, -- households.id
    content TEXT NOT NULL,   -- the household as canonical JSON
    PRIMARY KEY (note, household)
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX bundle_households_by_household ON bundle_households (household)",
    """CREATE TABLE kept_bundles (
    -- Bundles of signers that are not known here: kept aside as they came, nothing of them merged.
    bundle TEXT PRIMARY KEY, -- id of the bundle
    file TEXT NOT NULL,      -- name of the file it came in
    kept_at TEXT NOT NULL,   -- ISO 8601, by the clock of this machine
    content BLOB NOT NULL    -- the whole file
) STRICT""",
)

SEVERAL_FORMS = (
    # whom the form is about: household, village, commune, ...
    "ALTER TABLE forms ADD COLUMN level TEXT NOT NULL DEFAULT 'household'",
    # JSON list of the other forms that are asked, each a list of its id and version
    "ALTER TABLE rounds ADD COLUMN further TEXT NOT NULL DEFAULT '[]'",
)

DEEDS = (
    # how an interview went, see paradata.py; blank when nothing is known
    "ALTER TABLE revisions ADD COLUMN paradata TEXT NOT NULL DEFAULT ''",
    """CREATE TABLE log (
    -- What people did in this file; lines are added and never changed. See deeds.py.
    position INTEGER PRIMARY KEY, -- from 1 without gaps
    at TEXT NOT NULL,        -- ISO 8601, by the clock of this machine
    who TEXT NOT NULL,       -- enumerators.id of who was at work, blank when nobody had said who
    action TEXT NOT NULL,    -- opened, merged, decided, exported, ...
    about TEXT NOT NULL,     -- JSON object: ids, codes, numbers; never an answer or a name
    chain TEXT NOT NULL      -- SHA-256 over the chain of the line before and this line
) STRICT""",
    """CREATE TRIGGER log_is_never_changed BEFORE UPDATE ON log
BEGIN SELECT RAISE(ABORT, 'the log is never changed'); END""",
    """CREATE TRIGGER log_is_never_cut BEFORE DELETE ON log
BEGIN SELECT RAISE(ABORT, 'the log is never cut'); END""",
)

COMMENTS = (
    # what was asked and answered about the forms of a household
    "CREATE INDEX revisions_of_comments ON revisions (household) WHERE kind = 'comment'",
)

LEVELS = (
    # household, or village, commune, enterprise, agency, device_support, figure: what the line is
    "ALTER TABLE households ADD COLUMN level TEXT NOT NULL DEFAULT 'household'",
    # households.id of the household that a request for a device is about, blank for all others
    "ALTER TABLE households ADD COLUMN about TEXT NOT NULL DEFAULT ''",
    # of a village, code of the commune it belonged to before 01/07/2025, blank when not known
    "ALTER TABLE places ADD COLUMN old TEXT NOT NULL DEFAULT ''",
    # for results of one form, and to take its submissions in pages
    "CREATE INDEX currents_by_form ON currents (form_id, submission)",
    "DROP INDEX households_by_village",
    "CREATE INDEX households_by_village ON households (level, village_code, number)",
)

AGGREGATES = (
    """CREATE TABLE aggregates (
    -- What offices below counted and handed up, every file that was taken in; which of them hold is worked out anew.
    id TEXT PRIMARY KEY,     -- SHA-256 of the open file
    file TEXT NOT NULL,      -- name of the file it came in
    taken_at TEXT NOT NULL,  -- ISO 8601, by the clock of this machine
    content BLOB NOT NULL    -- the open file as the office signed it, compressed with zstd; see bundles/aggregates.py
) STRICT, WITHOUT ROWID""",
)

TABLES = (
    """CREATE TABLE tables_taken_in (
    -- Tables that the office took in besides the forms. Of a kind and a name the newest one holds.
    position INTEGER PRIMARY KEY, -- order in this file
    id TEXT NOT NULL UNIQUE, -- SHA-256 of kind, name and content
    kind TEXT NOT NULL,      -- figures, places, indicators or targets
    name TEXT NOT NULL,      -- of indicators and targets the form and its version, of places the day; blank for figures
    file TEXT NOT NULL,      -- name of the file it came in
    taken_at TEXT NOT NULL,  -- ISO 8601, by the clock of this machine
    content BLOB NOT NULL    -- the table, compressed with zstd when that is shorter
) STRICT""",
    "CREATE INDEX tables_taken_in_by_kind ON tables_taken_in (kind, name)",
)

VILLAGES = (
    # of a village, ISO date of the first day on which it is no more, blank while it is there
    "ALTER TABLE places ADD COLUMN until TEXT NOT NULL DEFAULT ''",
    # of a village that is no more, places.code of the one it was joined with, blank when it was only closed
    "ALTER TABLE places ADD COLUMN joined TEXT NOT NULL DEFAULT ''",
)

SHORT_INDEXES = (
    # What a settled submission says stands in its revision and no second time; and the indexes over random ids are over
    # how ids begin, see ids.py: in a store of a million households both are what a merge spends its time on.
    "DROP INDEX revisions_by_submission",
    "CREATE INDEX revisions_by_submission ON revisions (substr(submission, 1, 8))",
    "ALTER TABLE currents RENAME TO old_currents",
    """CREATE TABLE currents (
    -- What each submission says now, one row each. Computed from its revisions by rule; can be thrown away and computed
    -- again.
    submission TEXT NOT NULL,
    household TEXT NOT NULL, -- this and the columns to device: of the newest head
    round TEXT NOT NULL,
    form_id TEXT NOT NULL,
    form_version TEXT NOT NULL,
    author TEXT NOT NULL,
    made_at TEXT NOT NULL,
    device TEXT NOT NULL,
    heads TEXT NOT NULL,     -- JSON list of the ids of the revisions nobody built upon
    state TEXT NOT NULL,     -- settled, joined, conflict or void
    conflicts TEXT NOT NULL, -- JSON list of [address, base, [[revision id, value], ...]]
    result TEXT NOT NULL,    -- the answer interview_result, blank when there is none
    revision INTEGER,        -- settled: revisions.position of the only head, whose answers are those of the submission
    answers BLOB             -- all others: like revisions.answers
) STRICT""",
    """INSERT INTO currents SELECT c.submission, c.household, c.round, c.form_id, c.form_version, c.author, c.made_at,
    c.device, c.heads, c.state, c.conflicts, c.result, r.position, CASE WHEN r.position IS NULL THEN c.answers END
    FROM old_currents c LEFT JOIN revisions r ON c.state = 'settled' AND r.id = json_extract(c.heads, '$[0]')
    ORDER BY c.rowid""",
    "DROP TABLE old_currents",
    "CREATE INDEX currents_by_submission ON currents (substr(submission, 1, 8))",
    "CREATE INDEX currents_by_household ON currents (substr(household, 1, 8))",
    "CREATE INDEX currents_by_form ON currents (form_id, substr(submission, 1, 8))",
    "CREATE INDEX currents_in_conflict ON currents (state) WHERE state <> 'settled'",
    "ALTER TABLE visits RENAME TO old_visits",
    """CREATE TABLE visits (
    -- How far a household is in the round, one row each. Computed from drafts, currents and bundle_notes; a missing row
    -- means that nobody has been there.
    household TEXT NOT NULL, -- households.id; a bundle may bring the answers before the household is known here
    status TEXT NOT NULL,    -- one of records.STATUSES
    touched_at TEXT NOT NULL, -- ISO 8601, when the draft was started or the newest revision made
    author TEXT NOT NULL,    -- enumerators.id of who did
    result TEXT NOT NULL,    -- interview_result of the current submission, blank when there is none
    due TEXT NOT NULL,       -- ISO 8601, the appointment that stands, blank when there is none
    tries INTEGER NOT NULL   -- how often somebody was there without an interview
) STRICT""",
    "INSERT INTO visits SELECT household, status, touched_at, author, result, due, tries FROM old_visits",
    "DROP TABLE old_visits",
    "CREATE INDEX visits_by_household ON visits (substr(household, 1, 8))",
    "CREATE INDEX visits_by_status ON visits (status)",
)

FORGETTINGS = (
    # blank, or hash of what is left since names were forgotten; the id stays that of what stood there
    "ALTER TABLE revisions ADD COLUMN forgotten TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX revisions_forgotten ON revisions (household) WHERE forgotten <> ''",
    """CREATE TABLE forgettings (
    -- Rounds whose names were forgotten, and what is kept of their answers. What arrives later is cut down like it.
    id TEXT PRIMARY KEY,     -- hash of the content, 32 hexadecimal digits
    round TEXT NOT NULL,     -- code of the round
    content TEXT NOT NULL,   -- the forgetting as canonical JSON: of which devices, what is kept of each form, who, when
    arrival TEXT NOT NULL,   -- 'here', otherwise id of the bundle, or 'receipt', that brought it first
    carried_by TEXT NOT NULL DEFAULT '', -- id of the last bundle written here that carries it
    went TEXT NOT NULL DEFAULT '{}' -- JSON object: how much went from this file when it was taken in
) STRICT, WITHOUT ROWID""",
    "DROP TRIGGER revisions_are_never_changed",
    """CREATE TRIGGER revisions_are_never_changed BEFORE UPDATE ON revisions
WHEN NEW.forgotten = '' OR NOT EXISTS (SELECT 1 FROM forgettings WHERE round = OLD.round)
    OR (NEW.position, NEW.id, NEW.submission, NEW.household, NEW.round, NEW.form_id, NEW.form_version, NEW.parents,
        NEW.kind, NEW.author, NEW.device, NEW.made_at, NEW.arrival, NEW.paradata)
    IS NOT (OLD.position, OLD.id, OLD.submission, OLD.household, OLD.round, OLD.form_id, OLD.form_version, OLD.parents,
        OLD.kind, OLD.author, OLD.device, OLD.made_at, OLD.arrival, OLD.paradata)
BEGIN SELECT RAISE(ABORT, 'a revision is never changed'); END""",
)

MIGRATIONS: list[tuple[str, ...]] = [
    *(FIRST, ATTACHMENTS, (*WORK_LIST, *ERASURES), TAKING_BACK, SEVERAL_FORMS, DEEDS),
    COMMENTS,
    LEVELS,
    AGGREGATES,
    TABLES,
    VILLAGES,
    SHORT_INDEXES,
    FORGETTINGS,
]


FORMAT = "format"
"""The fact that holds the number of the last migration too: ``user_version`` lies where anybody can alter it."""


def is_as_said(database: Any) -> bool:
    """Return whether the number in the open head of the file is the one that the encrypted part holds, if it does."""
    row = database.execute("SELECT value FROM facts WHERE name = ?", [FORMAT]).fetchone() if version(database) else None
    return row is None or row[0] == str(version(database))


def version(database: Any) -> int:
    """Return the number of the last migration applied."""
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def migrate(database: Any) -> list[int]:
    """Apply what is missing, each migration in its own transaction; return their numbers.

    Raises:
        StoreTooNew: the file went through migrations that are not known here.
    """
    found = version(database)
    if found > len(MIGRATIONS):
        raise StoreTooNew(found, len(MIGRATIONS))
    applied = []
    for number, statements in enumerate(MIGRATIONS[found:], start=found + 1):
        with database.atomic():
            for statement in statements:
                database.conn.execute(statement)
            database.conn.execute(f"PRAGMA user_version = {number}")
            database.conn.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", [FORMAT, str(number)])
        applied.append(number)
    return applied
