"""Encryption towards the broker, with certificates that are renewed while we run."""

import logging
import ssl

import paho.mqtt.client as paho

from domain.errors import ConfigError
from settings.model import TlsSettings

log = logging.getLogger(__name__)


def tls_context(tls: TlsSettings) -> ssl.SSLContext:
    """Return what the files of `[mqtt.tls]` say now.

    Raises:
        ConfigError: One of them cannot be read, or is no certificate.
    """
    try:
        context = ssl.create_default_context(cafile=str(tls.ca_file) if tls.ca_file else None)
        if tls.certificate_file:
            context.load_cert_chain(tls.certificate_file, tls.key_file)
    except OSError as fault:  # an unreadable file, and what is no certificate
        raise ConfigError(
            [f"[mqtt.tls] a certificate or its key cannot be used: {fault}"]
        ) from None
    return context


class RenewedCertificates:
    """Reads the certificates again before each connection: they live for some months only."""

    def __init__(self, tls: TlsSettings) -> None:
        """Watch the files of `[mqtt.tls]`."""
        self._tls = tls
        self._is_refused = False

    def __call__(self, client: paho.Client, _userdata: object) -> None:
        """Give paho what the files say now; while they cannot be read, what they said before."""
        try:
            client._ssl_context = tls_context(self._tls)
        except ConfigError as error:
            log.log(logging.DEBUG if self._is_refused else logging.ERROR, "%s", error)
            self._is_refused = True
        else:
            self._is_refused = False
