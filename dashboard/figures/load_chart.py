"""The load curve: one plain thread before the linen of what was expected."""

from collections.abc import Iterator
from datetime import datetime

import plotly.graph_objects as go

from dashboard.figures.template import ABOVE, INK, LINEN, MUTED, TINT, layout
from dashboard.viewmodels.load_curve import LoadCurve


def load_chart(curve: LoadCurve) -> go.Figure:
    """Return the chart; gaps are gaps, closed days are tinted."""
    times = list(curve.times)
    figure = go.Figure(layout=layout(curve.separators))
    for x, y in _bands(curve):
        figure.add_scatter(
            x=x,
            y=y,
            mode="lines",
            fill="toself",
            fillcolor=LINEN,
            line={"width": 0},
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=times,
        y=list(_above(curve)),
        mode="lines",
        connectgaps=False,
        line={"color": ABOVE, "width": 6},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=times,
        y=list(curve.measured),
        mode="lines",
        connectgaps=False,
        line={"color": INK, "width": 1.5},
        hovertemplate=f"%{{y:.3~r}} {curve.unit}<extra></extra>",
    )
    for start, end in curve.tints:
        figure.add_vrect(x0=start, x1=end, fillcolor=TINT, line_width=0, layer="below")
    for start, end, text in curve.events:
        figure.add_vline(x=start, line={"color": "#00568A", "width": 1.5, "dash": "dot"})
        figure.add_annotation(
            x=start + (end - start) / 2,
            y=1.0,
            yref="paper",
            yanchor="bottom",
            text=text,
            showarrow=False,
        )
    _axes(figure, curve)
    return figure


def _bands(curve: LoadCurve) -> Iterator[tuple[list[datetime], list[float]]]:
    """Yield the outline of each unbroken run of the expected band."""
    run: list[tuple[datetime, float, float]] = []
    for time, low, high in [*zip(curve.times, curve.low, curve.high, strict=True), (None,) * 3]:
        if time is not None and low is not None and high is not None:
            run.append((time, low, high))
            continue
        if len(run) > 1:
            there, back = run, run[::-1]
            yield [t for t, *_ in there + back], [h for *_, h in there] + [b for _, b, _ in back]
        run = []


def _above(curve: LoadCurve) -> Iterator[float | None]:
    """Yield the measured line where it stays above the linen, None elsewhere.

    A single hour means little: the orange starts at the second in a row.
    """
    over = [
        rate is not None and high is not None and rate > high
        for rate, high in zip(curve.measured, curve.high, strict=True)
    ]
    for at, rate in enumerate(curve.measured):
        yield rate if over[at] and any(over[max(0, at - 1) : at] + over[at + 1 : at + 2]) else None


def _axes(figure: go.Figure, curve: LoadCurve) -> None:
    figure.update_xaxes(
        tickvals=[at for at, _ in curve.day_labels],
        ticktext=[label for _, label in curve.day_labels],
        tickangle=0,
        hoverformat="%d/%m %H:%M",
        tickfont={"size": 12, "color": MUTED},
    )
    figure.update_yaxes(rangemode="tozero", tickfont={"size": 12, "color": MUTED})
    figure.add_annotation(
        x=0,
        y=1,
        xref="paper",
        yref="paper",
        xanchor="left",
        yanchor="bottom",
        yshift=2,
        text=curve.unit,
        showarrow=False,
        font={"size": 12, "color": MUTED},
    )
