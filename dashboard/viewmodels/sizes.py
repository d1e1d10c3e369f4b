"""Sizes and counts as people read them."""

from dashboard.text.words import Words


def size_text(size: int, words: Words) -> str:
    """Return a size [bytes] in the unit that people read it in."""
    if size < 1000:
        return words.say("refused.size.b", n=words.number(size))
    if size < 1_000_000:
        return words.say("refused.size.kb", n=words.number(size / 1000, size < 10_000))
    return words.say("refused.size.mb", n=words.number(size / 1e6, size < 10_000_000))


def counted(key: str, number: int, words: Words, **values: object) -> str:
    """Return a text with a number in it; of one and of none it may say otherwise."""
    if number == 0 and words.knows(f"{key}.none"):
        return words.say(f"{key}.none", **values)
    if number == 1:
        return words.say(f"{key}.one", **values)
    return words.say(key, n=words.number(number), **values)
