"""A LoRaWAN meter behind The Things Stack v3: the uplink message with its decoded payload."""

from base64 import b64encode

import orjson

from sensors_sim.dialects.device import Device, Sample, Spoken
from sensors_sim.dialects.lorawan import codec_object, frame_bytes, frame_count

RESOLUTION = 0.001
"""A litre, or a Wh."""

_APPLICATION = "compteurs"


def speak(device: Device, sample: Sample) -> list[Spoken]:
    """Return the uplink of a device named by its device id."""
    time = f"{sample.at.iso}.000000000Z"
    body = {
        "end_device_ids": {
            "device_id": device.name,
            "application_ids": {"application_id": _APPLICATION},
            "dev_eui": "70B3D57ED0061A2F",
            "join_eui": "0000000000000000",
            "dev_addr": "260B7C1D",
        },
        "correlation_ids": [f"gs:uplink:{sample.at.epoch_s:x}"],
        "received_at": time,
        "uplink_message": {
            "session_key_id": "AYh0rT5dW1N2cQ==",
            "f_port": 1,
            "f_cnt": frame_count(device, sample),
            "frm_payload": b64encode(frame_bytes(sample)).decode(),
            "decoded_payload": codec_object(device, sample),
            "rx_metadata": [
                {
                    "gateway_ids": {"gateway_id": "toit-mairie", "eui": "A84041FFFF1F2E3C"},
                    "time": time,
                    "rssi": -104,
                    "snr": 6.2,
                }
            ],
            "settings": {
                "data_rate": {"lora": {"bandwidth": 125_000, "spreading_factor": 8}},
                "frequency": "867500000",
            },
            "received_at": time,
            "consumed_airtime": "0.102912s",
        },
    }
    return [(f"v3/{_APPLICATION}@ttn/devices/{device.name}/up", orjson.dumps(body))]
