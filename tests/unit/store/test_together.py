"""Several changes made one."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey_app import crypto
from survey_app.records import Enumerator
from survey_app.store import Store


def test_changes_made_together_are_kept_together_or_not_at_all(tmp_path: Path) -> None:
    cost = crypto.Cost(1, 8 * 1024)
    with Store.create(tmp_path / "a.store", "passphrase", kind="office", device="o", name="O", cost=cost) as store:
        with store.together():
            store.put_enumerators([Enumerator("e1", "Lò Thị Mai")])
        with pytest.raises(RuntimeError), store.together():
            store.put_enumerators([Enumerator("e2", "Bùi Văn Kiên")])
            raise RuntimeError
        assert [person.id for person in store.enumerators()] == ["e1"]
