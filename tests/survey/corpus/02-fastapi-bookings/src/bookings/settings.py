from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    database_url: str = "postgresql+asyncpg://bookings@localhost/bookings"
    debug: bool = False


settings = Settings()
