"""What every test stands on: no screen, no network, an own folder for the user's files."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# The same examples on every machine, and no clock: a slow laptop is no fault. To look further:
# HYPOTHESIS_PROFILE=default python build_scripts/dev.py test tests/properties
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def _own_user_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SURVEY_APP_DATA", str(tmp_path / "user"))


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection; tests marked ``loopback`` may reach servers that they started on this machine."""
    connect = socket.socket.connect
    may_loop_back = request.node.get_closest_marker("loopback") is not None

    def refuse(self: socket.socket, address: Any) -> None:
        if may_loop_back and isinstance(address, tuple) and address[0] in ("127.0.0.1", "::1", "localhost"):
            connect(self, address)
            return
        raise AssertionError(f"a test tried to reach the network: {address!r}")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    from survey_app import i18n

    i18n.use_language("en")
    yield
    i18n.use_language("en")
