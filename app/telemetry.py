"""What a process tells who runs it: log lines, and figures for Prometheus."""

import json
import logging
from datetime import UTC, datetime

import prometheus_client

from app.settings import PortTaken, Settings

PLAIN = "%(asctime)s %(levelname)s %(name)s %(message)s"


class JsonLines(logging.Formatter):
    """An object a line. What a record carries as `ids` are the trace's own ids, codes and amounts."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if ids := getattr(record, "ids", None):
            line["ids"] = ids
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def begin(settings: Settings) -> None:
    """Log to standard error and answer Prometheus from now on, as the settings say. Raises PortTaken."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if settings.log_format == "json" else logging.Formatter(PLAIN))
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler])
    if settings.metrics_port:
        try:
            prometheus_client.start_http_server(settings.metrics_port, settings.host)
        except OSError:
            raise PortTaken(settings.host, settings.metrics_port, "METRICS_PORT") from None
