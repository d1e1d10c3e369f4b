"""Ids of the manage pages that a callback touches."""


class Manage:
    """The one frame in which every manage page is shown."""

    ADDRESS = "manage-address"
    CLOCK = "manage-clock"
    FRAME = "manage-frame"
