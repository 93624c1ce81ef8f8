"""add customers"""
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "customers",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("email", sa.String(200), nullable=False, unique=True),
    )
    op.add_column("parcels", sa.Column("customer_id", sa.Integer, sa.ForeignKey("customers.id")))


def downgrade() -> None:
    op.drop_column("parcels", "customer_id")
    op.drop_table("customers")
