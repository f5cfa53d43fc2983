"""In which encoding a text file is written, worked out from its bytes.

A byte order mark decides; else UTF-8 if the whole file is valid UTF-8; else a statistical guess,
in which Western Latin wins every tie. Files that are no text at all are refused by name.
"""

from __future__ import annotations

import codecs
from pathlib import Path

from gd_studio.errors import DataError

_SAMPLE = 1 << 18
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_FORMATS = {
    b"PK\x03\x04": "an Excel workbook or a zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"PAR1": "a Parquet file",
    b"ARROW1": "an Arrow file",
    b"\x1f\x8b": "a gzip archive",
    b"\x93NUMPY": "a numpy array",
    b"SQLite format 3": "a database",
}
_NOT_CONTROL = bytes({*range(7, 14), 27, *range(32, 256)} - {127})
_CANDIDATES = ["cp1252", "cp1251", "cp1250", "cp1253", "shift_jis", "gb18030", "big5", "euc_kr"]


def find_encoding(path: Path) -> str:
    """Return the name of a text file's encoding; refuse what is empty or no text."""
    with path.open("rb") as file:
        start = file.read(_SAMPLE)
    if not start:
        raise DataError(f"{path.name} is empty; choose a file with a header and rows.")
    _refuse_other_formats(path, start)
    marked = next((name for mark, name in _MARKS if start.startswith(mark)), None)
    if marked is not None:
        return marked
    if b"\0" not in start and _control_share(start) > 0.01:
        raise DataError(f"{path.name} holds no text; choose a table saved as CSV.")
    if b"\0" in start:
        wide = _unmarked_utf16(start)
        if wide is not None:
            return wide
    strange = _first_line_not_utf8(path)
    return "utf-8" if strange is None else _guess(strange)


def check_encoding(path: Path, name: str) -> str:
    """Return an encoding chosen by the user, if Python knows it as an encoding of text."""
    try:
        "".encode(name)
    except (LookupError, UnicodeError):
        raise DataError(
            f"{path.name}: there is no text encoding called {name!r}; try utf-8, utf-16 or latin-1."
        ) from None
    return name


def nul_error(path: Path) -> DataError:
    return DataError(
        f"{path.name} holds NUL bytes, so it is no text file; save the table as CSV again."
    )


def _refuse_other_formats(path: Path, start: bytes) -> None:
    for magic, what in _OTHER_FORMATS.items():
        if start.startswith(magic):
            raise DataError(f"{path.name} is {what}, not a text table; save it as CSV first.")


def _unmarked_utf16(start: bytes) -> str | None:
    """Recognise UTF-16 without a mark: of ASCII letters, every second byte is NUL."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    half = len(start) / 2
    if odd > 0.7 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.7 * half and odd < 0.1 * half:
        return "utf-16-be"
    return None


def _control_share(start: bytes) -> float:
    return len(start.translate(None, _NOT_CONTROL)) / len(start)


def _first_line_not_utf8(path: Path) -> bytes | None:
    """Return a sample of the lines that are not valid UTF-8, or None; refuse NUL bytes."""
    strange = b""
    with path.open("rb") as file:
        while block := file.readlines(1 << 20):
            joined = b"".join(block)
            if b"\0" in joined:
                raise nul_error(path)
            try:
                joined.decode("utf-8")
            except UnicodeDecodeError:
                strange += b"".join(line for line in block if not line.isascii())[:_SAMPLE]
    return strange or None


def _guess(strange: bytes) -> str:
    from charset_normalizer import from_bytes

    matches = list(from_bytes(strange[: 1 << 16], cp_isolation=_CANDIDATES))
    best = min((match.chaos for match in matches), default=0.0)
    likely = [match for match in matches if match.chaos <= best]
    western = any("cp1252" in (m.encoding, *m.could_be_from_charset) for m in likely)
    if likely and not western:
        return str(likely[0].encoding)
    # 0x80-0x9f are letters in Windows' Western alphabet only; without them both are the same.
    windows = any(0x80 <= byte <= 0x9F for byte in strange)
    return "cp1252" if windows and _decodes(strange, "cp1252") else "latin-1"


def _decodes(text: bytes, encoding: str) -> bool:
    try:
        text.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
