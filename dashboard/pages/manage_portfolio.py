"""The portfolio page, drawn from its view."""

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.figures.bullet import bullet
from dashboard.figures.sparkline import sparkline
from dashboard.figures.squares import square
from dashboard.figures.svg_image import data_uri
from dashboard.pages.manage_parts import drawing, emphasised, flower, segmented
from dashboard.viewmodels.attention import AttentionView
from dashboard.viewmodels.meter_health import HealthLine, HealthView
from dashboard.viewmodels.portfolio import PortfolioView
from dashboard.viewmodels.portfolio_rows import BuildingRow
from dashboard.viewmodels.strip import Linen, Mark, StripView

LANE_PX = 27


def portfolio_page(view: PortfolioView) -> Component:
    """Return the page's content."""
    head = html.Header(
        [
            html.H1(view.title),
            segmented(view.looks, view.title),
            html.P(emphasised(view.sentence), className="sentence"),
            *([html.P(view.age, className="muted age")] if view.age else []),
        ],
        className="head",
    )
    if view.empty:
        return html.Div([head, html.P(view.empty, className="empty")])
    main = html.Div([_strip(view.strip), _table(view)], className="column")
    return html.Div([head, html.Div([main, _side(view)], className="columns")])


def _strip(strip: StripView) -> Component:
    height = strip.lanes * LANE_PX + 14
    captions = html.Div(
        [
            html.B(strip.less, className="less"),
            html.B(strip.band_caption, className="band-caption"),
            html.B(strip.more, className="more"),
        ],
        className="captions",
    )
    plot = html.Div(
        [*[_linen(linen, height) for linen in strip.linens], *[_mark(m) for m in strip.marks]],
        className="plot",
        style={"height": f"{height}px"},
    )
    ticks = html.Div(
        [
            html.Span(text, style={"left": f"{left}%"}, className="tick")
            for left, text in strip.ticks
        ],
        className="ticks",
    )
    left_out = [html.P(strip.left_out, className="muted small")] if strip.left_out else []
    return html.Section(
        [captions, plot, ticks, *left_out], className="strip" + " own-lanes" * strip.own_lanes
    )


def _linen(linen: Linen, plot_px: int) -> Component:
    whole = linen.lane is None
    bottom = 0 if linen.lane is None else linen.lane * LANE_PX + 5
    return html.Div(
        className="linen",
        style={
            "left": f"{linen.left}%",
            "width": f"{linen.wide}%",
            "bottom": f"{bottom}px",
            "height": f"{plot_px if whole else LANE_PX - 3}px",
        },
    )


def _mark(mark: Mark) -> Component:
    label = [html.Span(mark.name, className="mark-name")] if mark.labelled else []
    return dcc.Link(
        [flower(mark.verdict, 22, mark.title), *label],
        href=mark.href,
        title=mark.title,
        className="mark" + " name-left" * mark.name_left,
        style={"left": f"{mark.left}%", "bottom": f"{mark.lane * LANE_PX + 6}px"},
    )


def _table(view: PortfolioView) -> Component:
    names = ("name", "spark", "number", "number", "bullet", "number", "number")
    heads = [
        html.Th(heading, className=name, scope="col")
        for heading, name in zip(view.headings, names, strict=True)
    ]
    return html.Table(
        [html.Thead(html.Tr(heads)), html.Tbody([_row(row) for row in view.rows])],
        className="buildings",
    )


def _row(row: BuildingRow) -> Component:
    standing = row.bullet.standing or "none"
    return html.Tr(
        [
            html.Th(
                dcc.Link(
                    [
                        flower(row.verdict, 18, row.verdict_word),
                        html.Span([html.B(row.name), html.Small(row.detail)]),
                    ],
                    href=row.href,
                ),
                scope="row",
                className="name",
            ),
            html.Td(drawing(sparkline(row.spark), "sparkline"), className="spark"),
            html.Td(row.energy_mwh, className="number energy"),
            html.Td(
                [html.Span(row.deviation), *([html.Small(row.band)] if row.band else [])],
                className=f"number deviation {row.verdict}",
            ),
            html.Td(
                html.Span(
                    [drawing(bullet(row.bullet), "bullet-image"), html.Span(row.bullet.word)],
                    title=row.bullet.title,
                    className=f"standing {standing}",
                ),
                className="bullet",
            ),
            html.Td(row.intensity, className="number intensity"),
            html.Td(
                [
                    html.Span(row.coverage, className="low" if row.coverage_is_low else ""),
                    _age(row),
                ],
                className="number coverage",
            ),
        ]
    )


def _age(row: BuildingRow) -> Component | None:
    return html.Small(row.age) if row.age else None


def _side(view: PortfolioView) -> Component:
    return html.Aside([_attention(view.attention), _health(view)], className="side")


def _attention(view: AttentionView) -> Component:
    title = html.H2([view.title, html.Span(view.count, className="muted")])
    if view.empty:
        return html.Section([title, html.P(view.empty, className="muted")])
    matters = [
        html.Li(
            [
                # Not a dcc.Link: some of these pages are not Dash's, and want to be asked for.
                html.A(html.B(matter.title), href=matter.href),
                html.Span(matter.place, className="muted"),
                html.Span(matter.detail),
            ]
        )
        for matter in view.matters
    ]
    more = [html.P(view.more, className="muted")] if view.more else []
    return html.Section([title, html.Ul(matters, className="matters"), *more])


def _health(view: PortfolioView) -> Component:
    health: HealthView = view.health
    squares = [
        html.Img(src=data_uri(square(s.health)), alt=s.title, title=s.title) for s in health.squares
    ]
    lines = [
        html.Li([drawing(square(line.mark), "health-mark"), _label(line), html.B(line.count)])
        for line in health.lines
    ]
    section = [
        html.H2([view.health_title, html.A(health.total, href="/manage/data")]),
        html.Div(squares, className="squares"),
        html.Ul(lines, className="legend"),
    ]
    return html.Section(section)


def _label(line: HealthLine) -> Component:
    return html.A(line.label, href=line.href) if line.href else html.Span(line.label)
