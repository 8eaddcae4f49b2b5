"""What a benchmark can't do, said in one line."""

from data.errors import FrontdeskError


class BenchmarkError(FrontdeskError):
    """A file, a set or a system that can't be measured."""
