from django.urls import path

from approvals.views import link, review

app_name = "approvals"
urlpatterns = [
    path("t/<slug:team>/review/", review.queue, name="queue"),
    path("t/<slug:team>/review/<int:review_id>/", review.review, name="review"),
    path(
        "t/<slug:team>/review/<int:review_id>/withdraw/",
        review.review_withdraw,
        name="review_withdraw",
    ),
    path("t/<slug:team>/posts/<int:post_id>/review/", review.post_review, name="post_review"),
    path("a/r/<int:request_id>/", link.link_page, name="link_page"),
    path("a/r/<int:request_id>/fresh/", link.link_fresh, name="link_fresh"),
    path("a/r/<int:request_id>/media/<int:asset_id>/", link.link_picture, name="link_picture"),
    path("a/p/<str:signed>/", link.mail_picture, name="mail_picture"),
    path("a/<str:token>/", link.link, name="link"),
]
