"""The Plotly template of the manage pages: our font, no default look."""

import plotly.graph_objects as go
from dash import dcc

INK, MUTED, RULE = "#17212B", "#5A626A", "#E3DCCD"
LINEN, ABOVE = "#DDD0B5", "#E69F00"
"""A linen a shade darker than the tint of closed days, so that it reads upon it."""

TINT = "rgba(230, 220, 200, 0.34)"
FONT = '"Atkinson Hyperlegible Next", system-ui, sans-serif'
RAMP = (
    "#F3EDE1",
    "#DCE3E3",
    "#B5D0DF",
    "#86B6D3",
    "#4E95BF",
    "#1F73A6",
    "#00507F",
    "#003354",
)
CONFIG: dcc.Graph.Config = {
    "displayModeBar": False,
    "responsive": True,
    "scrollZoom": False,
    "doubleClick": False,
}


def layout(separators: str) -> go.Layout:
    """Return the layout every chart starts from; it fills the place it is given.

    Args:
        separators: Of decimals, then of thousands.
    """
    axis = {"showgrid": False, "zeroline": False, "automargin": True, "fixedrange": True}
    return go.Layout(
        autosize=True,
        separators=separators,
        margin={"l": 40, "r": 18, "t": 22, "b": 4},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": FONT, "size": 13, "color": INK},
        showlegend=False,
        hovermode="x unified",
        hoverlabel={
            "bgcolor": INK,
            "bordercolor": INK,
            "font": {"family": FONT, "size": 13, "color": "#FFFFFF"},
        },
        dragmode=False,
        template=None,
        xaxis={
            **axis,
            "showline": True,
            "linecolor": INK,
            "ticks": "outside",
            "ticklen": 6,
            "ticklabeloverflow": "allow",
        },
        yaxis={
            **axis,
            # A margin of one width, so that charts above one another share their edges.
            "automargin": False,
            "showgrid": True,
            "gridcolor": RULE,
            # Unseen ticks keep the labels off the lines.
            "ticks": "outside",
            "ticklen": 8,
            "tickcolor": "rgba(0,0,0,0)",
            "nticks": 5,
        },
    )
