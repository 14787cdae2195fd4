from django.apps import AppConfig
from django.core.checks import Tags, register

from publishers.checks import stored_tokens, token_keys


class PublishersConfig(AppConfig):
    name = "publishers"

    def ready(self) -> None:
        register(token_keys, Tags.security)
        register(stored_tokens, Tags.database)
