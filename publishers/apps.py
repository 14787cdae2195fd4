from django.apps import AppConfig
from django.core.checks import Tags, register

from publishers import registry
from publishers.checks import stored_tokens, token_keys
from ui import marks


class PublishersConfig(AppConfig):
    name = "publishers"

    def ready(self) -> None:
        register(token_keys, Tags.security)
        register(stored_tokens, Tags.database)
        for spec in registry.specs():
            if spec.mark:
                marks.add(spec.slug, spec.mark)
