"""What is counted for Prometheus. Every label is a code; nothing here names a person."""

from prometheus_client import Counter, Gauge, Histogram

EVENTS = Counter("usual_events", "Links of the customers' chains, by what happened", ["kind"])
UNITS = Counter("usual_units", "Units of work, by what became of them: done, replayed or the refusal's code", ["outcome"])
BATCH = Histogram("usual_batch_units", "Units of work in one commit", buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256))
COMMIT_SECONDS = Histogram(
    "usual_commit_seconds",
    "One commit of the writer, from its first statement",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 10),
)
TURN_SECONDS = Histogram(
    "usual_turn_seconds",
    "A turn of a chat, as the customer waits for it",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
CHATS = Gauge("usual_open_chats", "Chats that are open on this process")
ROUND_SECONDS = Histogram(
    "usual_round_seconds", "One look of a worker's thread", ["thread"], buckets=(0.01, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60)
)
LAST_ROUND = Gauge("usual_last_round_timestamp_seconds", "When a worker's thread last came to the end of a look", ["thread"])
