from django.urls import path

from calendar_app.views import board, feed, filters, hours, listing, month, move, saved

app_name = "calendar_app"
urlpatterns = [
    path("t/<slug:team>/calendar/", month.month, name="month"),
    path("t/<slug:team>/calendar/week/", hours.week, name="week"),
    path("t/<slug:team>/calendar/day/", hours.day, name="day"),
    path("t/<slug:team>/calendar/list/", listing.posts, name="list"),
    path("t/<slug:team>/calendar/filters/", filters.filters, name="filters"),
    path("t/<slug:team>/calendar/views/", saved.views, name="saved_views"),
    path("t/<slug:team>/calendar/views/<int:pk>/", saved.view, name="saved_view"),
    path("t/<slug:team>/calendar/views/<int:pk>/remove/", saved.remove, name="saved_view_remove"),
    path("t/<slug:team>/calendar/posts/<int:post_id>/move/", move.post_move, name="post_move"),
    path("t/<slug:team>/calendar/elsewhere/", feed.feeds, name="feeds"),
    path("c/<str:token>.ics", feed.feed, name="feed"),
    path("t/<slug:team>/board/", board.board, name="board"),
    path("t/<slug:team>/board/<slug:key>/", board.board_column, name="board_column"),
    path("t/<slug:team>/board/posts/<int:post_id>/move/", board.card_move, name="card_move"),
]
