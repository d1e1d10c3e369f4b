"""Draws the today scene: a headline and the day against its linen."""

from dashboard.components.day_chart import DayChart
from dashboard.components.day_plot import Frame
from dashboard.components.letters import HEADLINE, LABEL, REM, Style, broken, fitted, line, width
from dashboard.scenes.sheet import Sheet, foot_line, whole
from dashboard.viewmodels.today import TodayView

TITLE = 1.5 * REM


def draw(view: TodayView, sheet: Sheet) -> str:
    """Return the scene as SVG."""
    frame = Frame(
        left=sheet.left,
        right=sheet.right,
        axis=1330 if sheet.upright else 807,
        top=600 if sheet.upright else 335,
        text=REM,
        note=1.25 * REM,
        bare_hours=sheet.upright,
        linen=f"linen-today-{sheet.shape.value}-{sheet.theme.value}",
    )
    body = (
        title(sheet, view.headline, view.total)
        + DayChart(view, frame, sheet.palette).draw()
        + foot_line(sheet, view.place, view.age, view.state)
    )
    kwh = "" if view.measured_kwh is None else f' data-measured-kwh="{view.measured_kwh:.3f}"'
    label = f"{view.headline}. {view.total}. {view.note.text if view.note else ''} {view.age.text}"
    return whole(sheet, "today", body, label=label, data=kwh)


def title(sheet: Sheet, headline: str, figure: str) -> str:
    """Return the headline, and the figure it rests on at the far end of its line.

    In portrait the headline may take two lines and the figure stands under it.
    """
    palette = sheet.palette
    room = sheet.right - sheet.left
    bold = Style(size=1.25 * REM, weight=LABEL, fill=palette.measured_text)
    if sheet.upright:
        style = Style(size=TITLE, weight=HEADLINE, fill=palette.ink)
        lines = broken(headline, room, TITLE, HEADLINE, most=3)
        drawn = "".join(
            line(sheet.left - 2, 160 + i * 1.1 * TITLE, part, style) for i, part in enumerate(lines)
        )
        return drawn + (
            line(sheet.left, under_title(sheet, headline), figure, bold) if figure else ""
        )
    wide = width(figure, bold.size, LABEL)
    size = fitted(headline, room - wide - 120, TITLE, HEADLINE, 1.1 * REM)
    head = Style(size=size, weight=HEADLINE, fill=palette.ink)
    drawn = line(sheet.left - 2, 157, headline, head)
    if not figure:
        return drawn
    end = Style(size=bold.size, weight=LABEL, fill=bold.fill, anchor="end")
    return drawn + line(sheet.right, 157, figure, end, attributes=' class="figure"')


def under_title(sheet: Sheet, headline: str) -> float:
    """Return the baseline of the line under the headline in portrait."""
    lines = broken(headline, sheet.right - sheet.left, TITLE, HEADLINE, most=3)
    return 160 + len(lines) * 1.1 * TITLE
