"""The few icons of the navigation, drawn on a grid of 20."""

_PATHS = {
    "layout-grid": '<path d="M3 3h5.5v5.5H3zM11.5 3H17v5.5h-5.5zM3 11.5h5.5V17H3z'
    'M11.5 11.5H17V17h-5.5z"/>',
    "target": '<circle cx="10" cy="10" r="7.2"/><circle cx="10" cy="10" r="3.2"/>',
    "file-text": '<path d="M4.5 2.5h7L15.5 6.5v11h-11zM11.5 2.5v4h4M7 10h6M7 13.5h6"/>',
    "device-desktop": '<path d="M2.5 3.5h15v10h-15zM7 17h6M10 13.5V17"/>',
    "gauge": '<path d="M4.4 15.5a7.4 7.4 0 1 1 11.2 0M11 10.6l2.6-3.2"/>'
    '<circle cx="10" cy="12" r="1.7"/>',
    "users": '<circle cx="7.5" cy="6.5" r="3"/><path d="M2 17c0-3.4 2.4-5.4 5.5-5.4S13 13.6 13 17'
    'M13 3.9a3 3 0 0 1 0 5.2M15 12.2c1.9.8 3 2.5 3 4.8"/>',
    "database": '<path d="M3.3 5a6.7 2.5 0 1 0 13.4 0a6.7 2.5 0 1 0-13.4 0'
    'M3.3 5v5a6.7 2.5 0 0 0 13.4 0V5M3.3 10v5a6.7 2.5 0 0 0 13.4 0v-5"/>',
    "menu": '<path d="M3 5.5h14M3 10h14M3 14.5h14"/>',
}


def icon(name: str, colour: str) -> str:
    """Return an icon as an SVG, in one colour."""
    return (
        '<svg width="20" height="20" viewBox="0 0 20 20" fill="none"'
        f' stroke="{colour}" stroke-width="1.5" stroke-linejoin="round"'
        f' stroke-linecap="round">{_PATHS[name]}</svg>'
    )
