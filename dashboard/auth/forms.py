"""Reading the forms of signed-in people, once their token has been checked."""

import hmac
from collections.abc import Mapping

from starlette.requests import Request

from dashboard.auth.sessions import CSRF_FIELD
from dashboard.auth.viewer import Viewer, viewer
from domain.errors import ZainduError


class ForgedForm(ZainduError):
    """The form does not carry its session's token: refuse it."""


async def read_form(request: Request) -> tuple[Viewer, Mapping[str, str]]:
    """Return who sent a form and its text fields.

    Raises:
        ForgedForm: The token is missing or is another session's.
        NotSignedIn: Nobody is signed in.
    """
    # The gate has run, so the viewer's token is this session's own.
    sender = viewer()
    fields = await text_fields(request)
    if not _same(fields.get(CSRF_FIELD, ""), sender.csrf_token):
        raise ForgedForm("the form's token is not this session's")
    return sender, fields


async def text_fields(request: Request) -> dict[str, str]:
    """Return the text fields of a form, unchecked."""
    async with request.form(max_files=0, max_fields=200) as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


async def values_of(request: Request, name: str) -> tuple[str, ...]:
    """Return every value of a field that a form may hold several times."""
    async with request.form(max_files=0, max_fields=200) as form:
        return tuple(value for value in form.getlist(name) if isinstance(value, str))
