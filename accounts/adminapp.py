"""Which site the administrators have. Apart from it: models cannot be imported this early."""

from django.contrib.admin.apps import AdminConfig


class AuditedAdminConfig(AdminConfig):
    default_site = "accounts.adminsite.AuditedSite"
