"""Decoders: from the bytes a meter published to readings, or to the reason why not.

One file a family of payloads, each a pure function of topic, bytes and the zone
of naive times. A `DecodedReading` keeps the device's own words: its label, its
unit, the path at which the number stood. Whose meter that is, and the unit in
which it is stored, is decided later, by the resolver.

To add a family: write its file with `claim` (topics that only it uses),
`recognise` (its shape on anybody's topic) and a reader; name it in
`registry.FAMILIES`; put golden payloads in `tests/payloads/<family>/`; describe
it in `docs/mqtt.md`. A family whose messages take earlier ones for known is a
`RecallingFamily`: see `memory` for what becomes of its announcements.
"""
