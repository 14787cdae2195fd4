from django.urls import URLPattern, path

from notifications import views

app_name = "notifications"
urlpatterns: list[URLPattern] = [
    path("t/<slug:team>/notifications/", views.inbox, name="list"),
    path("t/<slug:team>/notifications/panel/", views.panel, name="panel"),
    path("t/<slug:team>/notifications/read/", views.read, name="read"),
    path("t/<slug:team>/live/", views.live, name="live"),
    path("t/<slug:team>/changes/", views.changes, name="changes"),
]
