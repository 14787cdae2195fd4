from django.urls import URLPattern, path

from notifications.views import browsers, inbox, preferences, webhooks

app_name = "notifications"
urlpatterns: list[URLPattern] = [
    path("t/<slug:team>/notifications/", inbox.inbox, name="list"),
    path("t/<slug:team>/notifications/panel/", inbox.panel, name="panel"),
    path("t/<slug:team>/notifications/read/", inbox.read, name="read"),
    path("t/<slug:team>/live/", inbox.live, name="live"),
    path("t/<slug:team>/changes/", inbox.changes, name="changes"),
    path("t/<slug:team>/settings/webhooks/", webhooks.endpoints, name="webhooks"),
    path("t/<slug:team>/settings/webhooks/<int:pk>/", webhooks.endpoint, name="webhook"),
    path("t/<slug:team>/settings/webhooks/<int:pk>/test/", webhooks.test, name="webhook_test"),
    path(
        "t/<slug:team>/settings/webhooks/<int:pk>/rotate/", webhooks.rotate, name="webhook_rotate"
    ),
    path("t/<slug:team>/settings/webhooks/<int:pk>/pause/", webhooks.pause, name="webhook_pause"),
    path(
        "t/<slug:team>/settings/webhooks/<int:pk>/replay/", webhooks.replay, name="webhook_replay"
    ),
    path(
        "t/<slug:team>/settings/webhooks/<int:pk>/remove/", webhooks.remove, name="webhook_remove"
    ),
    path("you/notifications/", preferences.preferences, name="preferences"),
    path("you/browsers/", browsers.let_in, name="browsers"),
    path("you/browsers/<int:pk>/remove/", browsers.remove, name="browser_remove"),
    path("push-worker.js", browsers.worker, name="worker"),
    path("unsubscribe/<str:token>/", preferences.unsubscribe, name="unsubscribe"),
]
