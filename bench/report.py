"""One line a measurement: what, how much, against what."""

import sys


def line(what: str, figure: str, *, ratio: float | None = None, reference: str = "") -> None:
    """Print a measurement; `ratio` is ours over the reference's, in the figure's sense."""
    against = f"{ratio:6.2f} × {reference}" if ratio is not None else reference
    print(f"  {what:<46} {figure:>18}   {against}".rstrip())
    sys.stdout.flush()


def title(text: str) -> None:
    """Print the heading of a group."""
    print(f"\n{text}")
    sys.stdout.flush()
