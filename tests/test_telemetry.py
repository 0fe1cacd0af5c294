"""What is told to who runs it: events with the trace's ids and no text of a person's, and figures that count the same events."""

import json
import logging
import socket
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest
from prometheus_client import REGISTRY

from app import telemetry
from app.replay.stage import CONVERSATION_ID, CUSTOMER_ID, Stage
from app.settings import PortTaken, load_settings

PIN = "258036"
PERSONAL = ("13811112222", "上海市黄浦区人民大道200号", "zebra", "demo-customer")


@pytest.fixture
def lines() -> Iterator[list[dict[str, object]]]:
    """Each log line of the service as JSON, at the level that tells most."""
    kept: list[dict[str, object]] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            kept.append(json.loads(telemetry.JsonLines().format(record)))

    logger, handler = logging.getLogger("usual"), Kept()
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel("DEBUG")
    yield kept
    logger.removeHandler(handler)
    logger.setLevel(before)


def counted() -> Counter[str]:
    """Events by kind, as Prometheus is told."""
    return Counter(
        {
            sample.labels["kind"]: int(sample.value)
            for metric in REGISTRY.collect()
            for sample in metric.samples
            if sample.name == "usual_events_total"
        }
    )


def live(stage: Stage) -> None:
    for words in ("top up 13811112222 with 50", "zebra", "a latte, deliver it to 上海市黄浦区人民大道200号"):
        stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, words)
    card = stage.usual.records.last_checkout(CUSTOMER_ID)
    assert card is not None
    stage.usual.payments.pay(CUSTOMER_ID, card.id, card.version, PIN, "en")


def test_every_event_of_the_trace_is_a_line_with_its_ids_and_no_text_of_a_persons(
    stage: Stage, lines: list[dict[str, object]]
) -> None:
    live(stage)
    told = [line for line in lines if line["logger"] == "usual.events"]
    links = stage.usual.records.trace(CUSTOMER_ID)[-len(told) :]
    assert [line["message"] for line in told] == [link.kind for link in links]
    (order,) = stage.usual.records.orders(CUSTOMER_ID, 2)
    captured: dict[str, object] = next(line["ids"] for line in told if line["message"] == "captured")
    assert (captured["order"], captured["customer"]) == (order.id, CUSTOMER_ID)
    text = json.dumps(lines, ensure_ascii=False)
    for personal in (*PERSONAL, PIN):
        assert personal not in text


def test_the_figures_count_the_same_events(stage: Stage) -> None:
    before, links = counted(), len(stage.usual.records.trace(CUSTOMER_ID))
    live(stage)
    told = Counter(link.kind for link in stage.usual.records.trace(CUSTOMER_ID)[links:])
    assert counted() - before == told
    assert told["captured"] == 1


def port_settings(port: int, tmp_path: Path) -> Mapping[str, str]:
    return {"USUAL_METRICS_PORT": str(port), "USUAL_VAR_DIR": str(tmp_path)}


def test_prometheus_finds_them_at_their_port_and_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = int(listening.getsockname()[1])
        with pytest.raises(PortTaken, match="USUAL_METRICS_PORT"):
            telemetry.begin(load_settings(port_settings(port, tmp_path)))
    telemetry.begin(load_settings(port_settings(port, tmp_path)))
    assert "usual_units_total" in httpx.get(f"http://127.0.0.1:{port}/metrics").text
