"""The frame of every private page: who is looking, and where they may go."""

from dataclasses import dataclass

from dashboard.auth.policy import roles_for
from dashboard.auth.viewer import Viewer
from dashboard.text.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    """One entry of the navigation."""

    label: str
    href: str
    icon: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellView:
    """Navigation and account."""

    site_name: str
    language: str
    items: tuple[NavItem, ...]
    menu: str
    account_name: str
    account_role: str
    account: str
    sign_out: str
    csrf_token: str


_PLACES = (
    ("portfolio", "/manage", "layout-grid"),
    ("targets", "/manage/targets", "target"),
    ("data", "/manage/data", "database"),
    ("meters", "/manage/meters", "gauge"),
    ("reports", "/reports", "file-text"),
    ("screens", "/", "device-desktop"),
    ("users", "/manage/users", "users"),
)


def shell_view(viewer: Viewer, path: str, site_name: str, words: Words) -> ShellView:
    """Return the frame for an account on a page; it offers no door that would be closed."""
    open_places = [
        (key, href, icon)
        for key, href, icon in _PLACES
        if (roles := roles_for(href)) is None or viewer.user.role in roles
    ]
    current = _current(path)
    return ShellView(
        site_name=site_name,
        language=words.language,
        items=tuple(
            NavItem(
                label=words.say(f"manage.nav.{key}"), href=href, icon=icon, current=key == current
            )
            for key, href, icon in open_places
        ),
        menu=words.say("manage.nav.menu"),
        account_name=viewer.user.name,
        account_role=words.say(f"manage.role.{viewer.user.role}"),
        account=words.say("manage.nav.account"),
        sign_out=words.say("auth.sign_out"),
        csrf_token=viewer.csrf_token,
    )


def _current(path: str) -> str:
    if path.startswith("/reports"):
        return "reports"
    if path.startswith("/manage/users"):
        return "users"
    if path == "/manage/data" or path.startswith("/manage/data/"):
        return "data"
    if path.startswith("/manage/meters"):
        return "meters"
    if "/targets" in path:
        return "targets"
    return "portfolio" if path.startswith("/manage") else ""
