from django.urls import URLPattern, path

from publishers.views import channels, connect, hooks, styles

app_name = "publishers"
urlpatterns: list[URLPattern] = [
    path("platforms.css", styles.platforms_css, name="platforms_css"),
    path("hooks/<slug:platform>/", hooks.hook, name="hook"),
    path("connect/<slug:platform>/callback/", connect.callback, name="callback"),
    path("t/<slug:team>/channels/", channels.channels, name="channels"),
    path("t/<slug:team>/channels/check/", channels.channels_check, name="channels_check"),
    path("t/<slug:team>/channels/choose/<int:pk>/", connect.choose, name="choose"),
    path("t/<slug:team>/channels/connect/<slug:platform>/", connect.connect, name="connect"),
    path(
        "t/<slug:team>/channels/<int:pk>/disconnect/",
        channels.channel_disconnect,
        name="channel_disconnect",
    ),
    path("t/<slug:team>/channels/<int:pk>/pause/", channels.channel_pause, name="channel_pause"),
    path("t/<slug:team>/channels/<int:pk>/check/", channels.channel_check, name="channel_check"),
]
