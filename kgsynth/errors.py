"""The errors a person is meant to read: one line that says what is wrong and what to do."""


class KgsynthError(Exception):
    """Something failed that the user can mend; the CLI prints it in one line and exits 1."""


class UsageError(KgsynthError):
    """The request itself is wrong (a flag, a setting, a name); the CLI exits 2."""
