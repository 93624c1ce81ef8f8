from alembic import context
from sqlalchemy import engine_from_config

from parcels.models import Base

target_metadata = Base.metadata


def run() -> None:
    engine = engine_from_config(context.config.get_section("alembic"))
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=target_metadata)
        with context.begin_transaction():
            context.run_migrations()


run()
