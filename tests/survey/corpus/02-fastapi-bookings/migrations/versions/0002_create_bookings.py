"""create bookings"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "bookings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("room_id", sa.ForeignKey("rooms.id"), nullable=False),
        sa.Column("during", postgresql.TSTZRANGE, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("bookings")
