"""The page of one building, drawn from its view."""

import plotly.graph_objects as go
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.figures.bullet import bullet
from dashboard.figures.heat_chart import heat_chart
from dashboard.figures.load_chart import load_chart
from dashboard.figures.squares import square
from dashboard.figures.template import CONFIG, RAMP
from dashboard.pages.manage_parts import drawing, emphasised, flower, segmented
from dashboard.viewmodels.amounts import UNKNOWN
from dashboard.viewmodels.building import BuildingView, MeterRow
from dashboard.viewmodels.choices import Choice
from dashboard.viewmodels.load_curve import HeatMap
from dashboard.viewmodels.rails import Rail


def building_page(view: BuildingView) -> Component:
    """Return the page's content."""
    crumbs = [dcc.Link(view.back, href="/manage"), html.Span(" / "), html.Span(view.name)]
    head = html.Header(
        [
            html.P(crumbs, className="crumbs muted"),
            html.H1(view.name),
            html.Div(
                [segmented(view.commodities, view.name), segmented(view.looks, view.name)],
                className="controls",
            ),
            html.P(view.detail, className="muted"),
        ],
        className="head",
    )
    tabs = html.Nav([_tab(tab) for tab in view.tabs], className="page-tabs")
    below = html.Div([_meters(view), _target(view)], className="beside")
    main = html.Div([_curve(view), _heat(view), below], className="column")
    side = html.Aside(_rails(view), className="side")
    return html.Div([head, tabs, html.Div([main, side], className="columns")])


def _tab(tab: Choice) -> Component:
    return html.A(tab.label, href=tab.href, className="page-tab" + " current" * tab.current)


def _chart(figure: go.Figure, empty: str, kind: str) -> Component:
    if empty:
        return html.P(empty, className="empty")
    # The style sheet gives the height, so that a tall window shows a taller chart.
    graph = dcc.Graph(figure=figure, config=CONFIG, responsive=True)
    return html.Div(graph, className=f"chart {kind}")


def _curve(view: BuildingView) -> Component:
    curve = view.curve
    keys = []
    if curve.expected_word:
        keys.append(html.Span([html.I(className="key linen"), curve.expected_word]))
    if curve.closed_word:
        keys.append(html.Span([html.I(className="key tint"), curve.closed_word]))
    mark = [flower(view.verdict, 18)] if view.is_compared else []
    standing = html.P([*mark, html.Span(emphasised(view.sentence))], className="verdict")
    return html.Section(
        [
            html.Div([html.H2(view.curve_title), standing], className="title-line"),
            _chart(load_chart(curve), curve.empty, "load"),
            html.P(keys, className="keys muted"),
        ]
    )


def _heat(view: BuildingView) -> Component:
    heat = view.heat
    line = html.Div([html.H2(view.heat_title), *_heat_keys(heat)], className="title-line")
    return html.Section([line, _chart(heat_chart(heat), heat.empty, "heat")])


def _heat_keys(heat: HeatMap) -> list[Component]:
    cells = [html.I(style={"background": colour}, className="cell") for colour in RAMP]
    scale = html.Span(["0", html.Span(cells, className="scale"), heat.scale_top], className="muted")
    return [html.Span([html.I(className="key frame"), heat.legend], className="muted"), scale]


def _rails(view: BuildingView) -> Component:
    return html.Section([html.H2(view.rails_title), *[_rail(rail) for rail in view.rails]])


def _rail(rail: Rail) -> Component:
    parts: list[Component] = [
        html.P(rail.label, className="muted rail-label"),
        html.P(
            [html.B(rail.value), html.Span(rail.unit)],
            className="rail-value" + " unknown" * (rail.value == UNKNOWN),
        ),
    ]
    if rail.marker is not None:
        ticks = [html.I(className="tick", style={"left": f"{left}%"}) for left, _ in rail.ticks]
        labels = [
            html.Small(label, style={"left": f"{min(82.0, max(18.0, left))}%"})
            for left, label in rail.ticks
        ]
        dot = html.I(className="dot", style={"left": f"{rail.marker}%"})
        parts.append(html.Div([*ticks, dot], className="rail"))
        parts.append(html.Div(labels, className="rail-labels muted"))
    if rail.note:
        parts.append(html.Small(rail.note, className="muted"))
    return html.Div(parts, className="indicator")


def _target(view: BuildingView) -> Component:
    label, href = view.target_link
    bar = [drawing(bullet(view.target), "bullet-image"), html.B(view.target.word)]
    return html.Section(
        [
            html.H2(view.target_title),
            html.P(view.target_text),
            html.P(bar, className=f"standing {view.target.standing or 'none'}"),
            html.A(label, href=href, className="link"),
        ],
        className="target",
    )


def _meters(view: BuildingView) -> Component:
    rows = [_meter(row) for row in view.meters]
    return html.Section([html.H2(view.meters_title), html.Ul(rows, className="meters")])


def _meter(row: MeterRow) -> Component:
    return html.Li(
        [
            drawing(square(row.health), "health-mark", row.age),
            html.Span([row.name, html.Small(row.detail)]),
            html.Small(row.age, className="muted"),
        ],
        className="meter" + " sub" * row.depth,
    )
