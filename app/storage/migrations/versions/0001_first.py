"""Customers, money, orders, permissions and the trace."""

import sqlalchemy as sa
from alembic import op

from app.storage.migrations.guards import append_only

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "customer",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("allergens", sa.String(), nullable=False),
    )
    op.create_table(
        "preference",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text_ref", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_preference_customer_id", "preference", ["customer_id"])
    op.create_table(
        "credential",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("pin_hash", sa.String()),
        sa.Column("pin_failures", sa.Integer(), nullable=False),
        sa.Column("pin_locked_until", sa.BigInteger()),
        sa.Column("sign_in_failures", sa.Integer(), nullable=False),
        sa.Column("sign_in_locked_until", sa.BigInteger()),
        sa.Column("passkey_failures", sa.Integer(), nullable=False),
        sa.Column("passkey_locked_until", sa.BigInteger()),
        sa.UniqueConstraint("username"),
    )
    op.create_table(
        "sign_in",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
    )
    op.create_index("ix_sign_in_customer_id", "sign_in", ["customer_id"])
    op.create_table(
        "contact",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("phone_ref", sa.String(), nullable=False),
        sa.Column("phone_masked", sa.String(), nullable=False),
    )
    op.create_index("ix_contact_customer_id", "contact", ["customer_id"])
    op.create_table(
        "address",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("text_ref", sa.String(), nullable=False),
        sa.Column("masked", sa.String(), nullable=False),
    )
    op.create_index("ix_address_customer_id", "address", ["customer_id"])
    op.create_table(
        "vault",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_vault_customer_id", "vault", ["customer_id"])
    op.create_table(
        "wallet",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("available", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("bound", sa.Boolean(), nullable=False),
        sa.CheckConstraint("available >= 0 AND held >= 0"),
    )
    op.create_table(
        "transfer",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0"),
    )
    op.create_index("ix_transfer_cause", "transfer", ["cause"])
    op.create_index("ix_transfer_source", "transfer", ["source"])
    op.create_index("ix_transfer_target", "transfer", ["target"])
    append_only("transfer")
    op.create_table(
        "checkout",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("checkout_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.UniqueConstraint("checkout_id", "version"),
    )
    op.create_index("ix_checkout_customer_id", "checkout", ["customer_id"])
    op.create_table(
        "approval",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("checkout_id", sa.String(), nullable=False),
        sa.Column("checkout_version", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("payee_id", sa.String(), nullable=False),
        sa.Column("maximum", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("mandate_ref", sa.String()),
        sa.Column("agent_id", sa.String()),
    )
    op.create_index("ix_approval_checkout_id", "approval", ["checkout_id"])
    op.create_table(
        "authorisation",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("checkout_id", sa.String(), nullable=False),
        sa.Column("approval_id", sa.String(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("merchant_id", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("mandate_id", sa.String()),
        sa.UniqueConstraint("checkout_id"),
    )
    op.create_index("ix_authorisation_mandate_id", "authorisation", ["mandate_id"])
    op.create_index("ix_authorisation_order_id", "authorisation", ["order_id"])
    op.create_index("ix_authorisation_state", "authorisation", ["state"])
    op.create_table(
        "orders",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("checkout_id", sa.String(), nullable=False),
        sa.Column("checkout_version", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("merchant_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("lines", sa.String(), nullable=False),
        sa.Column("fulfilment_id", sa.String(), nullable=False),
        sa.Column("destination_ref", sa.String()),
        sa.Column("destination_masked", sa.String(), nullable=False),
        sa.Column("placed_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger()),
        sa.Column("failure", sa.String()),
        sa.Column("due", sa.BigInteger()),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("starts_at", sa.BigInteger()),
        sa.Column("refunds", sa.Integer(), nullable=False),
        sa.Column("refundable", sa.BigInteger(), nullable=False),
        sa.Column("trip", sa.String()),
        sa.UniqueConstraint("checkout_id"),
    )
    op.create_index("ix_orders_customer_id", "orders", ["customer_id"])
    op.create_index("ix_orders_number", "orders", ["number"])
    op.create_index("ix_orders_placed_at", "orders", ["placed_at"])
    op.create_index("ix_orders_state", "orders", ["state"])
    op.create_table(
        "refund",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("merchant_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("lines", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("subsidy", sa.BigInteger(), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger()),
        sa.Column("why", sa.String(), nullable=False),
        sa.CheckConstraint("amount >= 0 AND subsidy >= 0 AND fee >= 0"),
        sa.UniqueConstraint("order_id", "number"),
    )
    op.create_index("ix_refund_customer_id", "refund", ["customer_id"])
    op.create_index("ix_refund_order_id", "refund", ["order_id"])
    op.create_index("ix_refund_state", "refund", ["state"])
    op.create_table(
        "webhook",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("merchant_id", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("claimed_until", sa.BigInteger()),
    )
    op.create_index("ix_webhook_merchant_id", "webhook", ["merchant_id"])
    op.create_index("ix_webhook_state", "webhook", ["state"])
    op.create_table(
        "deposit",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0"),
    )
    op.create_index("ix_deposit_customer_id", "deposit", ["customer_id"])
    op.create_index("ix_deposit_state", "deposit", ["state"])
    op.create_table(
        "coupon_use",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("merchant_id", sa.String(), nullable=False),
        sa.Column("coupon_id", sa.String(), nullable=False),
        sa.Column("slot", sa.Integer()),
        sa.Column("checkout_id", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("customer_id", "merchant_id", "coupon_id", "slot"),
    )
    op.create_index("ix_coupon_use_checkout_id", "coupon_use", ["checkout_id"])
    op.create_table(
        "claim",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("campaign_id", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("customer_id", "campaign_id"),
    )
    op.create_table(
        "campaign_stock",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("stock", sa.BigInteger(), nullable=False),
        sa.Column("claimed", sa.BigInteger(), nullable=False),
        sa.Column("left", sa.BigInteger(), nullable=False),
        sa.CheckConstraint('"left" >= 0 AND claimed >= 0'),
    )
    op.create_table(
        "agent",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key_hash", sa.String()),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger()),
        sa.UniqueConstraint("key_hash"),
    )
    op.create_index("ix_agent_customer_id", "agent", ["customer_id"])
    op.create_table(
        "mandate",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("constraints", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("granted_at", sa.BigInteger()),
        sa.Column("granted_by", sa.String()),
        sa.Column("digest", sa.String()),
        sa.Column("used_at", sa.BigInteger()),
    )
    op.create_index("ix_mandate_customer_id", "mandate", ["customer_id"])
    op.create_table(
        "mandate_terms",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("mandate_id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("constraints", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_mandate_terms_mandate_id", "mandate_terms", ["mandate_id"])
    append_only("mandate_terms")
    op.create_table(
        "standing_order",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("mandate_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("next_due", sa.BigInteger()),
        sa.Column("notice_at", sa.BigInteger()),
        sa.Column("left", sa.Integer()),
        sa.Column("paused_until", sa.BigInteger()),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("claimed_until", sa.BigInteger()),
    )
    op.create_index("ix_standing_order_customer_id", "standing_order", ["customer_id"])
    op.create_index("ix_standing_order_next_due", "standing_order", ["next_due"])
    op.create_index("ix_standing_order_notice_at", "standing_order", ["notice_at"])
    op.create_table(
        "occurrence",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("standing_order_id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("checkout_id", sa.String()),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("total", sa.BigInteger()),
        sa.Column("currency", sa.String()),
    )
    op.create_index("ix_occurrence_checkout_id", "occurrence", ["checkout_id"])
    op.create_index("ix_occurrence_standing_order_id", "occurrence", ["standing_order_id"])
    op.create_index("ix_occurrence_state", "occurrence", ["state"])
    op.create_table(
        "risk_release",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
    )
    op.create_index("ix_risk_release_digest", "risk_release", ["digest"])
    op.create_table(
        "utterance",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("words_ref", sa.String(), nullable=False),
        sa.Column("reading_ref", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_utterance_conversation_id", "utterance", ["conversation_id"])
    op.create_table(
        "conversation",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
    )
    op.create_index("ix_conversation_customer_id", "conversation", ["customer_id"])
    op.create_table(
        "trace",
        sa.Column("customer_id", sa.String(), primary_key=True),
        sa.Column("sequence", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("rows", sa.String(), nullable=False),
    )
    append_only("trace")
    op.create_table(
        "trace_head",
        sa.Column("customer_id", sa.String(), primary_key=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "effect",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
