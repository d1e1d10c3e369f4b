"""What is said of a connection that fails: each trouble once, until it stands again.

A connection is tried again for as long as it takes, every few seconds, and what
hinders it may change meanwhile: first the broker is away, then it is back with
a certificate that nobody vouches for.
"""

import logging

from paho.mqtt.reasoncodes import ReasonCode

from settings.model import MqttSettings

log = logging.getLogger(__name__)


class ConnectionTrouble:
    """Tells the operator what hinders the connection, and where to mend it."""

    def __init__(self, mqtt: MqttSettings, client_id: str) -> None:
        """Take what its sentences name."""
        self._mqtt = mqtt
        self._client_id = client_id
        self._told: set[str] = set()
        self._is_refused = False

    def is_over(self) -> None:
        """Note that the connection stands."""
        self._told.clear()

    def refused(self, reason: ReasonCode) -> None:
        """Tell that the broker does not let us in; it ends the connection next."""
        self._is_refused = True
        self._tell(
            f"the broker refused us: {reason}; see ZAINDU_MQTT_USERNAME and ZAINDU_MQTT_PASSWORD"
        )

    def unreachable(self, fault: BaseException | None) -> None:
        """Tell of a certificate, a name, a closed port."""
        self._tell(f"cannot connect to the broker at {self._mqtt.host}:{self._mqtt.port}: {fault}")

    def lost(self, reason: ReasonCode) -> None:
        """Tell of the end of a connection that had stood."""
        self._tell(f"the connection to the broker was lost: {reason}")

    def ended_early(self, reason: ReasonCode) -> None:
        """Tell of the end of one that had not, unless why was told just before."""
        was_refused, self._is_refused = self._is_refused, False
        if was_refused:
            return
        hint = (
            ": see whether it accepts [mqtt.tls] certificate_file" if self._mqtt.tls.enabled else ""
        )
        self._tell(f"the broker ends the connection before it answers ({reason}){hint}")

    def contested(self, reason: ReasonCode) -> None:
        """Tell that somebody else seems to bear our name."""
        log.error(
            "the connection is lost again and again (%s): if another client uses the id %r, "
            "the broker sends each away for the other; give every Zaindu its own client_id",
            *(reason, self._client_id),
        )

    def _tell(self, trouble: str) -> None:
        log.log(logging.DEBUG if trouble in self._told else logging.WARNING, "%s", trouble)
        self._told.add(trouble)
