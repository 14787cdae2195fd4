from django.urls import path

from approvals.views import gates, link, review, reviewers, selection

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
    path("t/<slug:team>/selection/submit/", selection.selection_submit, name="selection_submit"),
    path("t/<slug:team>/selection/approve/", selection.selection_approve, name="selection_approve"),
    path("t/<slug:team>/settings/review/", reviewers.reviewers, name="reviewers"),
    path(
        "t/<slug:team>/settings/review/needed/", reviewers.reviewers_needed, name="reviewers_needed"
    ),
    path(
        "t/<slug:team>/settings/review/<int:reviewer_id>/remove/",
        reviewers.reviewer_remove,
        name="reviewer_remove",
    ),
    path("t/<slug:team>/settings/gates/", gates.gates, name="gates"),
    path("a/r/<int:request_id>/", link.link_page, name="link_page"),
    path("a/r/<int:request_id>/fresh/", link.link_fresh, name="link_fresh"),
    path("a/r/<int:request_id>/media/<int:asset_id>/", link.link_picture, name="link_picture"),
    path("a/r/<int:request_id>/video/<int:asset_id>/", link.link_video, name="link_video"),
    path("a/p/<str:signed>/", link.mail_picture, name="mail_picture"),
    path("a/<str:token>/", link.link, name="link"),
]
