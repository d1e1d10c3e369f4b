"""Hour by hour over four weeks: blue where power flows, framed where open."""

import plotly.graph_objects as go

from dashboard.figures.template import INK, MUTED, RAMP, layout
from dashboard.viewmodels.load_curve import HeatMap

_HOURS = (0, 6, 12, 18, 24)


def heat_chart(heat: HeatMap) -> go.Figure:
    """Return the map; an hour that was not measured stays empty."""
    figure = go.Figure(layout=layout(heat.separators))
    steps = [[at / (len(RAMP) - 1), colour] for at, colour in enumerate(RAMP)]
    figure.add_heatmap(
        x=[at + 0.5 for at in range(len(heat.days))],
        y=[hour + 0.5 for hour in range(24)],
        z=[list(row) for row in heat.rates],
        customdata=[[day.strftime("%d/%m") for day in heat.days] for _ in range(24)],
        colorscale=steps,
        zmin=0,
        zmax=heat.top or 1,
        xgap=1,
        ygap=1,
        showscale=False,
        hoverongaps=False,
        hovertemplate=f"%{{customdata}} %{{y:.0f}} h : %{{z:.3~r}} {heat.unit}<extra></extra>",
    )
    for first, after_last, start, end in heat.frames:
        figure.add_shape(
            type="rect",
            x0=first,
            x1=after_last,
            y0=start,
            y1=end,
            line={"color": INK, "width": 1.2},
        )
    figure.update_layout(hovermode="closest", margin={"t": 10})
    figure.update_xaxes(
        range=[0, len(heat.days)],
        showline=False,
        ticks="",
        tickvals=[at + 0.5 for at, _ in heat.day_labels],
        ticktext=[label for _, label in heat.day_labels],
        tickfont={"size": 12, "color": MUTED},
    )
    figure.update_yaxes(
        range=[24, 0],
        showgrid=False,
        tickvals=list(_HOURS),
        ticktext=[f"{hour} h" for hour in _HOURS],
        tickfont={"size": 12, "color": MUTED},
    )
    return figure
