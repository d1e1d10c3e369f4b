"""Reading `config.toml`: the whole file is good, or every fault is told at once."""

import os
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from domain.errors import ConfigError
from settings import places
from settings.checks import cross_checks
from settings.document import Document
from settings.findings import Finding, place_of
from settings.model import Settings, TlsSettings
from settings.shape import check_shape
from settings.syntax import syntax_finding

DATA_DIR_VARIABLE = "ZAINDU_DATA_DIR"
"""Names another folder than `site.data_dir`, from the working folder: a demo's, for instance."""

_DEEPEST = 20
"""No setting lies deeper than 8."""


def load_settings(path: Path) -> Settings:
    """Read and check the configuration; every path in it comes back absolute.

    Raises:
        ConfigError: The file cannot be read or used; it lists all findings, each as
            `config.toml:LINE  [place] what is wrong; did you mean …`.
    """
    text = _read(path)
    document = _parse(path, text)
    shaped = check_shape(document)
    findings = [*cross_checks(document)]
    if not isinstance(shaped, Settings):
        told = {finding.path for finding in findings}
        findings += [finding for finding in shaped if finding.path not in told]
    else:
        shaped = _with_absolute_paths(shaped, path.resolve().parent)
        findings += _unreadable(shaped.mqtt.tls)
        if not findings:
            return shaped
    raise ConfigError(_worded(path, text, document, findings))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        # What comes before the first byte that is no UTF-8 tells the line.
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise ConfigError(
            [f"{path.name}:{line}  the file is not written in UTF-8: save it as UTF-8"]
        ) from None
    except OSError as error:
        raise ConfigError([f"{path}: {error.strerror}{_cure(error)}"]) from None


def _cure(error: OSError) -> str:
    if isinstance(error, (FileNotFoundError, IsADirectoryError)):
        return "; name another with --config"
    if isinstance(error, PermissionError):
        return "; let the user that runs Zaindu read it"
    return ""


def _parse(path: Path, text: str) -> Document:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line, what = syntax_finding(text, str(error))
        raise ConfigError([f"{path.name}:{line}  {what}"]) from None
    except (RecursionError, ValueError) as error:
        # tomllib lets through what Python itself refuses: endless nesting, endless digits.
        raise ConfigError([f"{path.name}:1  not TOML: {error}"]) from None
    if _depth_exceeds(document, _DEEPEST):
        raise ConfigError([f"{path.name}:1  tables are nested more than {_DEEPEST} deep"])
    return document


def _depth_exceeds(document: Document, deepest: int) -> bool:
    level: list[object] = [document]
    for _ in range(deepest):
        level = [
            inside
            for value in level
            if isinstance(value, (dict, list))
            for inside in (value.values() if isinstance(value, dict) else value)
        ]
    return any(isinstance(value, (dict, list)) for value in level)


def _worded(path: Path, text: str, document: Document, findings: Iterable[Finding]) -> list[str]:
    lines = places.locate(text)
    worded = []
    for finding in findings:
        line = places.line_of(lines, finding.path)
        of_element = isinstance(finding.path[-1], int)
        table = finding.path if of_element else finding.path[:-1]
        place = f"[{place_of(document, table)}] " if table else ""
        also = f" (see line {places.line_of(lines, finding.also)})" if finding.also else ""
        worded.append((line, f"{path.name}:{line}  {place}{finding.message}{also}"))
    return [message for _, message in sorted(worded)]


def _with_absolute_paths(settings: Settings, folder: Path) -> Settings:
    """Resolve the data folder and TLS files from the file's folder, stores from the data folder."""
    elsewhere = os.environ.get(DATA_DIR_VARIABLE)
    data = Path(elsewhere).absolute() if elsewhere else folder / settings.site.data_dir.expanduser()
    storage = settings.storage
    tls = settings.mqtt.tls
    return settings.model_copy(
        update={
            "site": settings.site.model_copy(update={"data_dir": data}),
            "mqtt": settings.mqtt.model_copy(update={"tls": _tls(tls, folder)}),
            "storage": storage.model_copy(
                update={
                    "embedded": storage.embedded.model_copy(
                        update={"file": data / storage.embedded.file}
                    ),
                    "records": storage.records.model_copy(
                        update={"file": data / storage.records.file}
                    ),
                }
            ),
        }
    )


_TLS_FILES = ("ca_file", "certificate_file", "key_file")


def _unreadable(tls: TlsSettings) -> Iterator[Finding]:
    """Yield the certificates that are not there, or not ours to read."""
    for name in _TLS_FILES if tls.enabled else ():
        file: Path | None = getattr(tls, name)
        if file is not None and not (file.is_file() and os.access(file, os.R_OK)):
            why = "cannot be read" if file.exists() else "is not there"
            yield Finding(path=("mqtt", "tls", name), message=f"{name}: {file} {why}")


def _tls(tls: TlsSettings, folder: Path) -> TlsSettings:
    named = {name: getattr(tls, name) for name in _TLS_FILES}
    return tls.model_copy(update={name: file and folder / file for name, file in named.items()})
