"""The customer's chat page: one gr.HTML, drawn on the server, with a little JavaScript."""

from bot.chat_page.page import MOUNT, chat_page

__all__ = ["MOUNT", "chat_page"]
