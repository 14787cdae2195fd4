from django.urls import URLPattern, path

from publishers import views

app_name = "publishers"
urlpatterns: list[URLPattern] = [
    path("platforms.css", views.platforms_css, name="platforms_css"),
    path("connect/<slug:platform>/callback/", views.callback, name="callback"),
    path("t/<slug:team>/channels/", views.channels, name="channels"),
    path("t/<slug:team>/channels/check/", views.channels_check, name="channels_check"),
    path("t/<slug:team>/channels/choose/<int:pk>/", views.choose, name="choose"),
    path("t/<slug:team>/channels/connect/<slug:platform>/", views.connect, name="connect"),
    path(
        "t/<slug:team>/channels/<int:pk>/disconnect/",
        views.channel_disconnect,
        name="channel_disconnect",
    ),
    path("t/<slug:team>/channels/<int:pk>/pause/", views.channel_pause, name="channel_pause"),
    path("t/<slug:team>/channels/<int:pk>/check/", views.channel_check, name="channel_check"),
]
