"""The staff console: people take over conversations, review the log, and teach the bot."""

from bot.staff.console import Staff, add_staff

__all__ = ["Staff", "add_staff"]
