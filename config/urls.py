"""Where every room's pages hang. Team pages live under /t/<team>/; each urls.py says the rest."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from accounts.views.home import home
from config import health
from config.counts import counts
from config.status import status

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("status/", status, name="status"),
    path("", include("accounts.urls")),
    path("", include("notifications.urls")),
    path("", include("publishers.urls")),
    path("", include("posts.urls")),
    path("", include("calendar_app.urls")),
    path("t/<slug:team>/counts/", counts, name="counts"),
    path("", include("approvals.urls")),
    path("", include("delivery.urls")),
    path("", include("ui.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
if settings.SANDBOX:
    urlpatterns.append(path("sandbox/", include("publishers.sandbox.urls")))

handler400 = "ui.errors.bad_request"
handler403 = "ui.errors.forbidden"
handler404 = "ui.errors.not_found"
handler500 = "ui.errors.server_error"
