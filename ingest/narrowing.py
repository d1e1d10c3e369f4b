"""How many kept messages are handled at once: fewer while a fault hides among them."""


class Narrowing:
    """Halves what is handled until the message that makes us fail stands alone.

    Nothing that a message holds should do that. Should one, it must not keep back
    for ever all that came after it.
    """

    def __init__(self, most: int) -> None:
        """Start with as many as may be."""
        self._most = most
        self.limit = most

    def failed(self, number: int) -> bool:
        """Take fewer than `number` next; tell whether that was one, which is then the culprit."""
        self.limit = max(1, number // 2)
        return number == 1

    def succeeded(self) -> None:
        """Dare more again."""
        self.limit = min(self._most, 2 * self.limit)
