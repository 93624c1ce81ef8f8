"""owner of a booking"""
import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("bookings", sa.Column("owner", sa.String(120)))


def downgrade() -> None:
    op.drop_column("bookings", "owner")
