"""Authorities and certificates made for a test."""

import subprocess
from pathlib import Path

_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


def make_authority(folder: Path) -> None:
    """Write `ca.pem` and its key."""
    folder.mkdir(exist_ok=True)
    _openssl(
        *("req", "-x509", *_KEY, "-keyout", f"{folder}/ca.key", "-out", f"{folder}/ca.pem"),
        *("-days", "2", "-subj", f"/CN=Authority {folder.name} of this test"),
        *("-addext", "keyUsage=critical,keyCertSign"),
    )
    _open_to_all(folder)


def sign(folder: Path, name: str) -> None:
    """Write `<name>.pem` and its key, signed by the folder's authority for this machine."""
    ca, signed = folder / "ca", folder / name
    _openssl(
        *("req", *_KEY, "-keyout", f"{signed}.key", "-out", f"{signed}.csr"),
        *("-subj", f"/CN={name}"),
    )
    extensions = folder / "extensions"
    extensions.write_text("subjectAltName=IP:127.0.0.1\n")
    _openssl(
        *("x509", "-req", "-in", f"{signed}.csr", "-CA", f"{ca}.pem", "-CAkey", f"{ca}.key"),
        *("-CAcreateserial", "-out", f"{signed}.pem", "-days", "2", "-extfile", str(extensions)),
    )
    _open_to_all(folder)


def _open_to_all(folder: Path) -> None:
    """Let a broker that runs as another user read them."""
    folder.chmod(0o755)
    for path in folder.iterdir():
        path.chmod(0o644)


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=60)
