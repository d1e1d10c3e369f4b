"""A LoRaWAN meter behind ChirpStack v4: the uplink event with the codec's `object`."""

from base64 import b64encode

import orjson

from sensors_sim.dialects.device import Device, Sample, Spoken
from sensors_sim.dialects.lorawan import codec_object, frame_bytes, frame_count

RESOLUTION = 0.001
"""A litre, or a Wh."""

_APPLICATION = "8a4c6f1e-2f0b-4f5e-9d55-3a1d0c7b9e21"


def speak(device: Device, sample: Sample) -> list[Spoken]:
    """Return the `up` event of a device named by its DevEUI."""
    time = f"{sample.at.iso}+00:00"
    counter = frame_count(device, sample)
    body = {
        "deduplicationId": f"00000000-0000-4000-8000-{sample.at.epoch_s:012x}",
        "time": time,
        "deviceInfo": {
            "tenantId": "52f14cd4-c6f1-4fbd-8f87-4025e1d49242",
            "tenantName": "Ville",
            "applicationId": _APPLICATION,
            "applicationName": "compteurs",
            "deviceProfileId": "f1a53dbb-3b7e-4e1a-8c0e-6b4a8d7f4a10",
            "deviceProfileName": "compteur",
            "deviceName": device.name,
            "devEui": device.name,
            "deviceClassEnabled": "CLASS_A",
            "tags": {},
        },
        "devAddr": "01a3f2c4",
        "adr": True,
        "dr": 5,
        "fCnt": counter,
        "fPort": 2,
        "confirmed": False,
        "data": b64encode(frame_bytes(sample)).decode(),
        "object": codec_object(device, sample),
        "rxInfo": [{"gatewayId": "a84041ffff1f2e3c", "uplinkId": counter, "rssi": -97, "snr": 7.5}],
        "txInfo": {
            "frequency": 868_100_000,
            "modulation": {"lora": {"bandwidth": 125_000, "spreadingFactor": 7}},
        },
    }
    topic = f"application/{_APPLICATION}/device/{device.name}/event/up"
    return [(topic, orjson.dumps(body))]
