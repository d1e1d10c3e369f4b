"""The facets of the flower: (light, shaded) per layer, day and night."""

from dataclasses import dataclass

from dashboard.components.tokens import Theme


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """The colours of one state in one theme."""

    front: tuple[str, str]
    back: tuple[str, str] = ("none", "none")
    collar: tuple[str, str]
    edge: str


OPEN = {
    Theme.DAY: Facets(
        front=("#FFFFFF", "#CBE1F0"),
        back=("#8FC1E0", "#6BAAD2"),
        collar=("#00406A", "#003356"),
        edge="#00568A",
    ),
    Theme.NIGHT: Facets(
        front=("#BFE2F7", "#8CCBF0"),
        back=("#4FA9DD", "#3C8FC2"),
        collar=("#0E3F5E", "#0A3450"),
        edge="#06283F",
    ),
}
HALF = {
    Theme.DAY: Facets(
        front=("#FFFFFF", "#E4DBC8"),
        back=("#C4B698", "#A99877"),
        collar=("#857657", "#6E6045"),
        edge="#3E3524",
    ),
    Theme.NIGHT: Facets(
        front=("#D9CFBA", "#B9AC8F"),
        back=("#8A7C5F", "#6F6349"),
        collar=("#3E3829", "#322D21"),
        edge="#1A1C1D",
    ),
}
CLOSED = {
    Theme.DAY: Facets(front=("#FFF1CF", "#FAD88C"), collar=("#7A5200", "#5E3F00"), edge="#3B2800"),
    Theme.NIGHT: Facets(
        front=("#E69F00", "#B87D00"), collar=("#6B4A00", "#573C00"), edge="#2A1C00"
    ),
}
UNKNOWN = {Theme.DAY: "#4A4A46", Theme.NIGHT: "#A9B0B4"}
HEART = {Theme.DAY: ("#F4E3B2", "#8A6A14"), Theme.NIGHT: ("#D9C98F", "#4A3A0A")}
ACT = {
    Theme.DAY: Facets(
        front=("#0072B2", "#00568A"),
        back=("#8FC1E0", "#6BAAD2"),
        collar=("#CDBE9D", "#B9A987"),
        edge="#F5F0E7",
    ),
    Theme.NIGHT: Facets(
        front=("#8CCBF0", "#56B4E9"),
        back=("#3C8FC2", "#2B76A6"),
        collar=("#47555F", "#37434C"),
        edge="#0C141B",
    ),
}
MEDAL = {
    Theme.DAY: Facets(
        front=("#4E95BF", "#00568A"), back=("#1F73A6", "#00406A"), collar=("", ""), edge="#F5F0E7"
    ),
    Theme.NIGHT: Facets(
        front=("#8CCBF0", "#4FA9DD"), back=("#3C8FC2", "#2B76A6"), collar=("", ""), edge="#0C141B"
    ),
}
