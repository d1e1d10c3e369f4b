"""The web server: FastAPI underneath, Dash for what moves."""

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from dashboard import compression, health
from dashboard.api.install import install as install_api
from dashboard.asset_urls import ASSETS
from dashboard.headers import ProtectiveHeaders
from dashboard.metrics import route as metrics
from dashboard.pages import index, mistakes, phone, wall
from dashboard.pages.manage_install import install as install_private
from dashboard.pages.wall_shell import WallShell
from dashboard.pages.wall_source import Walls
from settings.model import Settings
from storage.ports import ReadingStore, Records


def build_app(
    *, settings: Settings, readings: ReadingStore, records: Records, secret_key: str
) -> FastAPI:
    """Return the whole web application; nothing is read before this call.

    Args:
        settings: The checked configuration.
        readings: Where the manage and report pages read series.
        records: Where snapshots, accounts and targets are.
        secret_key: Signs sessions and forms.
    """
    server = FastAPI(title="Zaindu", docs_url=None, redoc_url=None, openapi_url=None)
    mistakes.install(server, settings)
    health.install(server, readings=readings, records=records)
    metrics.install(server, settings=settings, readings=readings, records=records)
    server.mount("/assets", StaticFiles(directory=ASSETS), name="assets")
    install_api(server, settings=settings, readings=readings, records=records)
    walls, shell = Walls(records, settings.dashboard.screen), WallShell(server)
    index.install(server, settings=settings, walls=walls)
    wall.install(server, settings=settings, records=records, walls=walls, shell=shell)
    phone.install(server, settings=settings, records=records, walls=walls, secret_key=secret_key)
    private = install_private(
        server, settings=settings, readings=readings, records=records, secret_key=secret_key
    )
    mistakes.install_last(server, settings)
    server.add_middleware(compression.Compression)
    server.add_middleware(
        ProtectiveHeaders,
        script_hashes=[h.strip("'") for h in private.csp_hashes()] + shell.script_hashes(),
    )
    return server
