"""Who did something, in words."""

from dashboard.text.words import Words
from storage.adopting import COMMAND_LINE


def who_text(author: str, words: Words) -> str:
    """Return an account's name, or that it was done from the command line."""
    return words.say("meters.by_command_line") if author == COMMAND_LINE else author
