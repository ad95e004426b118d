"""Several people at one store, each with a passphrase of their own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from survey_app.crypto import Cost, WrongPassphrase
from survey_app.store import PassphraseTaken, Store, TooManyRecoveryKeys


def test_who_opened_the_store_is_told_by_the_passphrase(store: Store, passphrase: str, cost: Cost) -> None:
    store.give_passphrase("mai", "con trâu đi trước", cost=cost)
    store.give_passphrase("nam", "cái cày theo sau", cost=cost)
    assert set(store.people_with_passphrase()) == {"mai", "nam"}
    store.close()
    for given, who in ((passphrase, ""), ("con trâu đi trước", "mai"), ("cái cày theo sau", "nam")):
        with Store.open(store.path, given) as again:
            assert again.opened_by == who
            assert again.check() == []


def test_changing_ones_own_passphrase_leaves_the_others(store: Store, passphrase: str, cost: Cost) -> None:
    store.give_passphrase("mai", "con trâu đi trước", cost=cost)
    store.change_passphrase("con trâu đi trước", "lúa chín vàng đồng", cost=cost)
    store.close()
    with Store.open(store.path, "lúa chín vàng đồng") as again:
        assert again.opened_by == "mai"
    with Store.open(store.path, passphrase) as again:
        again.take_passphrase("mai")
    with pytest.raises(WrongPassphrase):
        Store.open(store.path, "lúa chín vàng đồng")


def test_two_people_cannot_have_the_same_passphrase(store: Store, passphrase: str, cost: Cost) -> None:
    store.give_passphrase("mai", "con trâu đi trước", cost=cost)
    for taken in (passphrase, "con trâu đi trước"):
        with pytest.raises(PassphraseTaken):
            store.give_passphrase("nam", taken, cost=cost)
    store.give_passphrase("mai", "con trâu đi trước", cost=cost)


def test_there_is_room_for_four_people_beside_a_recovery_key(new_store: Callable[..., Store], cost: Cost) -> None:
    from survey_app import crypto

    recipient = crypto.recipient_of(crypto.new_identity())
    store = new_store("shared.store", recovery=[recipient])
    for number in range(4):
        store.give_passphrase(f"dtv{number:02}", f"mật khẩu riêng {number}", cost=cost)
    with pytest.raises(TooManyRecoveryKeys):
        for number in range(4, 12):
            store.give_passphrase(f"dtv{number:02}", f"mật khẩu riêng {number}", cost=cost)
    assert store.check() == []
