from django.apps import AppConfig


class SandboxConfig(AppConfig):
    name = "publishers.sandbox"
    label = "sandbox"
