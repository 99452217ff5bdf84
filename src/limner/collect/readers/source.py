"""The owner's files, one by one: plain, gzipped, or inside a zip archive or a folder."""

import fnmatch
import gzip
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path, PurePosixPath
from typing import cast
from zipfile import BadZipFile, ZipFile

from limner.collect.lines import Block, Stream, check_encoding, detect_encoding, read_blocks, sample_bytes
from limner.errors import FormatError, InputError

_GZIP = b"\x1f\x8b"
_NOT_OURS = ("__MACOSX", "__pycache__", "quarantine")
_BLANKS = b" \t\r\n\0\xef\xbb\xbf\xfe\xff"
_SAMPLE_BYTES = 1 << 18


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read."""

    name: str
    """For messages: the path as given; ``shop.zip:shop/orders.csv`` inside an archive."""
    path: Path
    member: str = ""
    """Path inside the archive; empty for a plain or gzipped file."""

    @property
    def file_name(self) -> str:
        """The file's name in lower case, without .gz."""
        return PurePosixPath(self.member or self.path.as_posix()).name.lower().removesuffix(".gz")

    @property
    def stem(self) -> str:
        """The file's name in lower case, without its last ending."""
        return self.file_name.rpartition(".")[0] or self.file_name

    @property
    def suffix(self) -> str:
        """The file's last ending in lower case, without the dot: ``csv``."""
        return self.file_name.rpartition(".")[2] if "." in self.file_name else ""

    @property
    def is_plain(self) -> bool:
        """Whether the file stands in its folder as it is, not gzipped or zipped."""
        return not self.member and self.path.suffix.lower() != ".gz"

    @contextmanager
    def open(self) -> Iterator[Stream]:
        """Open the bytes, unpacked.

        Raises:
            InputError: the file cannot be read; says why.
        """
        try:
            with self._unpacked() as stream:
                yield stream
        except (OSError, BadZipFile, RuntimeError, UnicodeError) as exc:
            reason = getattr(exc, "strerror", None) or str(exc)
            raise InputError(f"{self.name}: cannot be read: {reason}") from exc

    @contextmanager
    def _unpacked(self) -> Iterator[Stream]:
        if self.member:
            with ZipFile(self.path) as archive, archive.open(self.member) as inner:
                yield _unzip(cast(BufferedReader, inner))
        else:
            with self.path.open("rb") as plain:
                yield _unzip(plain)

    def sample(self) -> bytes:
        """Return the first 256 KiB, unpacked."""
        with self.open() as stream:
            return sample_bytes(stream, size=_SAMPLE_BYTES, first=True)

    def encoding(self, declared: str = "") -> str:
        """Return the codec to read with: the declared one, else what the bytes look like."""
        if declared:
            return check_encoding(declared)
        with self.open() as stream:
            return detect_encoding(sample_bytes(stream, size=_SAMPLE_BYTES))

    def head(self, declared: str = "") -> list[str]:
        """Return the whole lines of the first 256 KiB, without empty ones at the start."""
        sample = self.sample()
        codec = check_encoding(declared) if declared else detect_encoding(sample)
        lines = [line for block in read_blocks(_Once(sample), codec) for line in block.lines]
        if len(sample) >= _SAMPLE_BYTES and len(lines) > 1:
            lines.pop()  # cut in the middle
        while lines and not lines[0].strip():
            lines.pop(0)
        return lines

    def blocks(self, declared: str = "") -> Iterator[Block]:
        """Yield the lines of the whole file; see `lines.read_blocks`."""
        codec = self.encoding(declared)
        with self.open() as stream:
            yield from read_blocks(stream, codec)

    def is_blank(self) -> bool:
        """Return whether the file holds nothing but white space, in whatever encoding."""
        return not self.sample().strip(_BLANKS)


class _Once:
    """Bytes as a stream."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def read1(self, size: int, /) -> bytes:
        content, self._content = self._content[:size], self._content[size:]
        return content


def _unzip(stream: BufferedReader) -> Stream:
    if stream.peek(2)[:2] == _GZIP:
        return cast(Stream, gzip.GzipFile(fileobj=stream))
    return stream


def find_sources(paths: Sequence[Path], *, skip: str = "") -> list[Source]:
    """Return every file under the paths, in order of name; hidden ones and folders called `skip` left out.

    Raises:
        InputError: a path does not exist, or an archive cannot be opened.
        FormatError: there is no file at all.
    """
    found = [source for path in paths for source in _expand(path, skip)]
    if not found:
        given = ", ".join(map(str, paths)) or "nothing"
        raise FormatError(f"{given}: holds no files; give a file or folder of events or texts")
    return list(dict.fromkeys(found))


def _expand(path: Path, skip: str) -> Iterator[Source]:
    if not path.exists():
        raise InputError(f"{path}: no such file or folder")
    if path.is_dir():
        for inner in sorted(_walk(path, skip)):
            yield from _unpack(inner)
    else:
        yield from _unpack(path)


def _walk(folder: Path, skip: str) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not _is_hidden(name) and name != skip]
        yield from (Path(parent, name) for name in files if not _is_hidden(name))


def _is_hidden(name: str) -> bool:
    return name.startswith((".", "~$")) or name in _NOT_OURS


def _unpack(path: Path) -> Iterator[Source]:
    if path.suffix.lower() != ".zip":
        yield Source(str(path), path)
        return
    try:
        with ZipFile(path) as archive:
            members = sorted(info.filename for info in archive.infolist() if not info.is_dir())
    except (OSError, BadZipFile) as exc:
        raise InputError(f"{path}: cannot be opened as a zip archive: {exc}") from exc
    for member in members:
        if not any(_is_hidden(part) for part in PurePosixPath(member).parts):
            yield Source(f"{path}:{member}", path, member)


def pick_sources(pattern: str, sources: Sequence[Source], *, base: Path, setting: str) -> list[Source]:
    """Return the files a pattern of limner.toml means: paths under `base`, else files already found by name.

    Raises:
        InputError: it means none.
    """
    if os.path.isabs(pattern):
        paths = [Path(pattern)] if Path(pattern).exists() else []
    else:
        paths = sorted(base.glob(pattern)) if any(c in pattern for c in "*?[") else [base / pattern]
    picked = [source for path in paths if path.exists() for source in find_sources([path])]
    known = {_identity(source): source for source in sources}
    picked = [known.get(_identity(source), source) for source in picked]
    picked = picked or [source for source in sources if _is_called(source, pattern)]
    if picked:
        return picked
    found = ", ".join(source.name for source in sources[:10]) or "none"
    raise InputError(f"limner.toml: {setting}: {pattern!r} is no file in {base} (files found: {found})")


def _identity(source: Source) -> tuple[Path, str]:
    return source.path.resolve(), source.member


def _is_called(source: Source, pattern: str) -> bool:
    inner = source.member or source.path.as_posix()
    return fnmatch.fnmatch(inner, pattern) or fnmatch.fnmatch(inner, f"*/{pattern}")
