"""How answers and files become bytes in the store and back."""

from __future__ import annotations

from typing import Any

import zstandard

from survey_app.records import Answers, canonical, from_json

_FRAME = b"\x28\xb5\x2f\xfd"
_LEVEL = 3
_LARGEST = 1 << 28


class Content:
    """Packs and opens; keeps the compressor's working memory, so one object serves one store."""

    def __init__(self) -> None:
        self._compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=False)
        self._decompressor = zstandard.ZstdDecompressor()

    def pack(self, plain: bytes) -> bytes:
        """Return the bytes compressed, or as they are when that is shorter and cannot be mistaken."""
        packed = self._compressor.compress(plain)
        return plain if len(plain) <= len(packed) and not plain.startswith(_FRAME) else packed

    def unpack(self, packed: bytes) -> bytes:
        """Return the bytes that were packed.

        Raises:
            ValueError: they were altered.
        """
        if not packed.startswith(_FRAME):
            return packed
        try:
            return self._decompressor.decompress(packed, max_output_size=_LARGEST)
        except zstandard.ZstdError as error:
            raise ValueError("packed bytes were altered") from error

    def pack_answers(self, answers: Answers, spelled: bytes | None = None) -> bytes:
        """Return answers as stored: canonical JSON (``spelled`` where it is known), compressed when that is shorter."""
        return self.pack(canonical(answers) if spelled is None else spelled)

    def unpack_answers(self, packed: bytes) -> Answers:
        """Return the answers that were packed.

        Raises:
            ValueError: they were altered.
        """
        answers: dict[str, Any] = from_json(self.unpack(packed))
        return answers
