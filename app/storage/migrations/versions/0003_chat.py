"""The chat's own history."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "chat_user",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("display_name", sa.String()),
        sa.Column("erased", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "chat_thread",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("meta", sa.JSON()),
    )
    op.create_index("ix_chat_thread_user_id", "chat_thread", ["user_id"])
    op.create_table(
        "chat_step",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("thread_id", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("body", sa.JSON()),
    )
    op.create_index("ix_chat_step_thread_id", "chat_step", ["thread_id"])
    op.create_table(
        "chat_element",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("thread_id", sa.String(), nullable=False),
        sa.Column("for_id", sa.String()),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("body", sa.JSON()),
    )
    op.create_index("ix_chat_element_thread_id", "chat_element", ["thread_id"])
