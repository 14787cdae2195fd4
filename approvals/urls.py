from django.urls import path

from approvals.views import (
    asking,
    gates,
    link,
    queue,
    review,
    selection,
    stages,
    undo,
    workflows,
)

app_name = "approvals"
urlpatterns = [
    path("t/<slug:team>/review/", queue.queue, name="queue"),
    path("t/<slug:team>/review/<int:review_id>/", review.review, name="review"),
    path(
        "t/<slug:team>/review/<int:review_id>/withdraw/",
        review.review_withdraw,
        name="review_withdraw",
    ),
    path("t/<slug:team>/review/<int:review_id>/undo/", undo.review_undo, name="review_undo"),
    path(
        "t/<slug:team>/review/<int:review_id>/delegate/",
        review.review_delegate,
        name="review_delegate",
    ),
    path("t/<slug:team>/posts/<int:post_id>/review/", asking.post_review, name="post_review"),
    path("t/<slug:team>/posts/<int:post_id>/answer/", review.post_answer, name="post_answer"),
    path("t/<slug:team>/selection/submit/", selection.selection_submit, name="selection_submit"),
    path("t/<slug:team>/selection/approve/", selection.selection_approve, name="selection_approve"),
    path("t/<slug:team>/selection/changes/", selection.selection_changes, name="selection_changes"),
    path("t/<slug:team>/selection/reject/", selection.selection_reject, name="selection_reject"),
    path("t/<slug:team>/settings/review/", workflows.reviewers, name="reviewers"),
    path("t/<slug:team>/settings/workflows/", workflows.workflows, name="workflows"),
    path(
        "t/<slug:team>/settings/workflows/<int:workflow_id>/", workflows.workflow, name="workflow"
    ),
    path(
        "t/<slug:team>/settings/workflows/<int:workflow_id>/remove/",
        workflows.workflow_remove,
        name="workflow_remove",
    ),
    path(
        "t/<slug:team>/settings/workflows/<int:workflow_id>/stages/", stages.stages, name="stages"
    ),
    path("t/<slug:team>/settings/stages/<int:stage_id>/", stages.stage, name="stage"),
    path(
        "t/<slug:team>/settings/stages/<int:stage_id>/reviewers/",
        stages.stage_reviewers,
        name="stage_reviewers",
    ),
    path(
        "t/<slug:team>/settings/stages/<int:stage_id>/remove/",
        stages.stage_remove,
        name="stage_remove",
    ),
    path(
        "t/<slug:team>/settings/reviewers/<int:reviewer_id>/remove/",
        stages.reviewer_remove,
        name="reviewer_remove",
    ),
    path("t/<slug:team>/settings/gates/", gates.gates, name="gates"),
    path("a/r/<int:request_id>/", link.link_page, name="link_page"),
    path("a/r/<int:request_id>/undo/", link.link_undo, name="link_undo"),
    path("a/r/<int:request_id>/fresh/", link.link_fresh, name="link_fresh"),
    path("a/r/<int:request_id>/media/<int:asset_id>/", link.link_picture, name="link_picture"),
    path("a/r/<int:request_id>/video/<int:asset_id>/", link.link_video, name="link_video"),
    path("a/p/<str:signed>/", link.mail_picture, name="mail_picture"),
    path("a/<str:token>/", link.link, name="link"),
]
