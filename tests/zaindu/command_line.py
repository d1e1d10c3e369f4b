"""The command line in this process: arguments in, what it wrote and its exit code out."""

import io
import logging
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from zaindu.cli import main

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


class CommandLine:
    """Types commands in the repository's folder, with nothing of Zaindu in the environment."""

    def __init__(self, patch: pytest.MonkeyPatch, captured: pytest.CaptureFixture[bytes]) -> None:
        self._patch = patch
        self._captured = captured

    def __call__(
        self, *arguments: str, stdin: bytes = b"", env: dict[str, str] | None = None
    ) -> Answer:
        """Run `zaindu` with these arguments."""
        self._captured.readouterr()
        root = logging.getLogger()
        handlers, level = root.handlers[:], root.level
        with self._patch.context() as patch:
            patch.chdir(ROOT)
            patch.setenv("COLUMNS", "200")
            for name, value in (env or {}).items():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["zaindu", *arguments])
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
            try:
                main()
                code: int | str | None = 0
            except SystemExit as end:
                code = end.code
            finally:
                root.handlers[:] = handlers
                root.setLevel(level)
        written = self._captured.readouterr()
        assert isinstance(code, int)
        return Answer(returncode=code, stdout=written.out.decode(), stderr=written.err.decode())
