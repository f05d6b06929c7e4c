"""Colours of vehicles as officers and registers name them: a plain word, and which may be taken for one another."""

from screening.identifiers import letters

_PLAIN = {
    "BLACK": "BLACK ANTHRACITE",
    "WHITE": "WHITE IVORY CREAM",
    "GREY": "GREY GRAY SILVER CHARCOAL",
    "RED": "RED BURGUNDY MAROON BORDEAUX",
    "BLUE": "BLUE NAVY TURQUOISE",
    "GREEN": "GREEN OLIVE",
    "YELLOW": "YELLOW GOLD",
    "BROWN": "BROWN BRONZE BEIGE",
    "ORANGE": "ORANGE",
    "PURPLE": "PURPLE VIOLET PINK",
}
_PLAIN_OF = {word: plain for plain, words in _PLAIN.items() for word in words.split()}


def normalise(text: str) -> str:
    """Give the plain colour that a text names, or the text when it names none, or several. Total and idempotent.

    >>> normalise("dark blue metallic"), normalise("Silver"), normalise("rouge")
    ('BLUE', 'GREY', 'ROUGE')
    """
    words = letters.latin(text).replace("-", " ").replace("/", " ").split()
    plain = {_PLAIN_OF[word] for word in words if word in _PLAIN_OF}
    return plain.pop() if len(plain) == 1 else letters.clean(text)


def is_plain(colour: str) -> bool:
    """Tell whether a normalised colour is one that others can be told from: words of other languages are not."""
    return colour in _PLAIN
