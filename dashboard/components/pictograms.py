"""One pictogram for each act, from Tabler Icons (MIT, see assets/icons/LICENSE)."""

from domain.nudges import Act

_STROKES = {
    Act.SCREENS_OFF: ("M7 6a7.75 7.75 0 1 0 10 0", "M12 4l0 8"),
    Act.LIGHTS_OFF: (
        "M3 12h1m8 -9v1m8 8h1m-15.4 -6.4l.7 .7m12.1 -.7l-.7 .7",
        "M11.089 7.083a5 5 0 0 1 5.826 5.84m-1.378 2.611a5.012 5.012 0 0 1 -.537 .466a3.5 3.5 0 0 0"
        " -1 3a2 2 0 1 1 -4 0a3.5 3.5 0 0 0 -1 -3a5 5 0 0 1 -.528 -7.544",
        "M9.7 17h4.6",
        "M3 3l18 18",
    ),
    Act.HEATING_DOWN: (
        "M8 13.5a4 4 0 1 0 4 0v-8.5a2 2 0 0 0 -4 0v8.5",
        "M8 9l4 0",
        "M16 9l6 0",
    ),
    Act.WINDOWS_SHUT: (
        "M12 3c-3.866 0 -7 3.272 -7 7v10a1 1 0 0 0 1 1h12a1 1 0 0 0 1 -1v-10c0 -3.728 -3.134 -7"
        " -7 -7",
        "M5 13l14 0",
        "M12 3l0 18",
    ),
    Act.STANDBY_OFF: (
        "M13.55 17.733a5.806 5.806 0 0 1 -7.356 -4.052a5.81 5.81 0 0 1 1.537 -5.627l2.054 -2.054"
        "l7.165 7.165",
        "M4 20l3.5 -3.5",
        "M15 4l-3.5 3.5",
        "M20 9l-3.5 3.5",
        "M16 16l4 4",
        "M20 16l-4 4",
    ),
    Act.TAPS_SHUT: (
        "M18.963 14.938a6.54 6.54 0 0 0 -.899 -4.06l-4.89 -7.26c-.42 -.626 -1.287 -.804 -1.936"
        " -.398a1.376 1.376 0 0 0 -.41 .397l-1.282 1.9m-1.625 2.415l-1.986 2.946c-1.695 2.837"
        " -1.035 6.44 1.567 8.545c2.602 2.105 6.395 2.105 8.996 0a6.83 6.83 0 0 0 1.376 -1.499",
        "M3 3l18 18",
    ),
    Act.DAYLIGHT: (
        "M8 12a4 4 0 1 0 8 0a4 4 0 1 0 -8 0",
        "M3 12h1m8 -9v1m8 8h1m-9 8v1m-6.4 -15.4l.7 .7m12.1 -.7l-.7 .7m0 11.4l.7 .7m-12.1 -.7l-.7"
        " .7",
    ),
    Act.STAIRS: ("M22 5h-5v5h-5v5h-5v5h-5",),
}


def pictogram(act: Act, x: float, y: float, size: float, ink: str) -> str:
    """Return an act's pictogram, centred on a point, as SVG."""
    scale = size / 24
    drawn = "".join(_STROKES[act])
    return (
        f'<path class="pictogram" transform="translate({x - size / 2:.1f} {y - size / 2:.1f})'
        f' scale({scale:.4f})" fill="none" stroke="{ink}" stroke-width="2"'
        f' stroke-linecap="round" stroke-linejoin="round" d="{drawn}"/>'
    )
