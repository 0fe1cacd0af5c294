"""Refunds' disputes, guardians, passkeys, settlements and checkpoints."""

import sqlalchemy as sa
from alembic import op

from app.storage.migrations.guards import append_only

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "challenge",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger()),
    )
    op.create_index("ix_challenge_customer_id", "challenge", ["customer_id"])
    op.create_table(
        "checkpoint",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
    )
    append_only("checkpoint")
    op.create_table(
        "compensation_month",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("left", sa.BigInteger(), nullable=False),
        sa.CheckConstraint('"left" >= 0'),
    )
    op.create_index("ix_compensation_month_customer_id", "compensation_month", ["customer_id"])
    op.create_table(
        "dispute",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("line_id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("claim", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("refund_id", sa.String()),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
    )
    op.create_index("ix_dispute_customer_id", "dispute", ["customer_id"])
    op.create_index("ix_dispute_order_id", "dispute", ["order_id"])
    append_only("dispute")
    op.create_table(
        "guardian_request",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("child_id", sa.String(), nullable=False),
        sa.Column("guardian_id", sa.String(), nullable=False),
        sa.Column("checkout_id", sa.String(), nullable=False),
        sa.Column("checkout_version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("payee_id", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.BigInteger()),
    )
    op.create_index("ix_guardian_request_child_id", "guardian_request", ["child_id"])
    op.create_index("ix_guardian_request_guardian_id", "guardian_request", ["guardian_id"])
    op.create_table(
        "guardianship",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("guardian_id", sa.String(), nullable=False),
        sa.Column("daily_cap", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("blocked", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
    )
    op.create_index("ix_guardianship_guardian_id", "guardianship", ["guardian_id"])
    op.create_table(
        "passkey",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("credential_id", sa.String(), nullable=False),
        sa.Column("public_key", sa.String(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger()),
        sa.Column("state", sa.String(), nullable=False),
        sa.UniqueConstraint("credential_id"),
    )
    op.create_index("ix_passkey_customer_id", "passkey", ["customer_id"])
    op.create_table(
        "settled_transfer",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("settlement_id", sa.String(), nullable=False),
    )
    op.create_index("ix_settled_transfer_settlement_id", "settled_transfer", ["settlement_id"])
    append_only("settled_transfer")
    op.create_table(
        "settlement",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("merchant_id", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.UniqueConstraint("merchant_id", "day"),
    )
    op.create_index("ix_settlement_merchant_id", "settlement", ["merchant_id"])
    append_only("settlement")
