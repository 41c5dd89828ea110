"""What libraries print, log and warn of is kept from the screen; what they raise is told."""

import contextlib
import io
import logging
import warnings
from collections.abc import Iterator


@contextlib.contextmanager
def quietly(*loggers: str) -> Iterator[list[str]]:
    """Keep what a library prints, logs and warns of from the screen.

    Parameters
    ----------
    *loggers : str
        Names of its loggers.

    Returns
    -------
    context manager of list of str
        What it logs as errors; some libraries go on behind one.
    """
    said: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.levelno >= logging.ERROR:
                said.append(record.getMessage())

    kept, before = Kept(), {}
    for logger in map(logging.getLogger, loggers):
        before[logger] = logger.handlers, logger.propagate
        logger.handlers, logger.propagate = [kept], False
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield said
    finally:
        for logger, (handlers, propagate) in before.items():
            logger.handlers, logger.propagate = handlers, propagate
