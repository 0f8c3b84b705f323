"""`verify`: what was written is judged, and accepted or rejected."""

import click


@click.group()
def verify() -> None:
    """Judge what was written: each verdict is kept, and the status of items follows from them.

    \b
    Example:
      kgsynth verify known-answer
    """
