"""Frontdesk: settings → database → live release → bot → pages and API. `python app.py` serves it.

The only module that knows all of the others.
"""

import logging
import os
import sys

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # read when gradio is imported

import uvicorn
from fastapi import FastAPI

from bot.alerts import AlertWatch
from bot.api import add_api
from bot.chat_page import MOUNT, chat_page
from bot.doors import LiveBot
from bot.page_head import PageHead
from bot.page_mount import mount_page
from bot.staff import Staff, add_staff
from bot.staff.review_keeper import ReviewKeeper
from data.errors import FrontdeskError
from data.settings import Settings


def create_app(bot: LiveBot, staff: Staff) -> FastAPI:
    """Return the application: the API, the staff console, and the chat page on every other path."""
    app = FastAPI(
        title="Frontdesk",
        description="A customer-service bot that learns from its desk's history.",
        docs_url=None,  # the framework's pages take their scripts from the network; docs/api.md needs none
        redoc_url=None,
    )
    add_api(app, bot)
    add_staff(app, staff)
    mount_page(app, chat_page(bot, bot().desk), "/", **MOUNT)
    app.add_middleware(PageHead, title=lambda: next(iter(bot().desk.name.values())))
    return app


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        settings = Settings()
        bot = LiveBot(settings)
    except (FrontdeskError, ValueError) as error:
        sys.exit(f"frontdesk: {error}")
    staff = Staff(bot, bot().conversations.engine, settings)
    ReviewKeeper(staff.engine, settings.home).start()
    here = f"http://{settings.host}:{settings.port}"
    print(f"\n  {next(iter(bot().desk.name.values()))} is open at {here}, its staff console at {here}/staff")
    if staff.set_up.path:
        print(f"  Nobody can sign in yet: create the first administrator at {here}{staff.set_up.path}")
    print(flush=True)
    AlertWatch(staff.engine, bot().desk, settings).start()
    uvicorn.run(create_app(bot, staff), host=settings.host, port=settings.port, log_level="warning")


if __name__ == "__main__":
    main()
