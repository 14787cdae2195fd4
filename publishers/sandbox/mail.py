"""A mail backend that keeps what was sent, to be read on the sandbox's mail page."""

from django.core.mail.backends.locmem import EmailBackend


class CatcherBackend(EmailBackend):
    pass
