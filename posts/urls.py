from django.urls import path

from posts.views import composer, exporting, find, importing, media, post, revision, shared

app_name = "posts"
urlpatterns = [
    path("t/<slug:team>/posts/new/", composer.create, name="create"),
    path("t/<slug:team>/posts/new/autosave/", composer.autosave, name="autosave_new"),
    path("t/<slug:team>/find/", find.find, name="find"),
    path("t/<slug:team>/posts/preview/", composer.preview, name="preview"),
    path("t/<slug:team>/posts/<int:post_id>/", post.post, name="post"),
    path("t/<slug:team>/posts/<int:post_id>/edit/", composer.edit, name="edit"),
    path("t/<slug:team>/posts/<int:post_id>/autosave/", composer.autosave, name="autosave"),
    path("t/<slug:team>/posts/<int:post_id>/schedule/", post.post_schedule, name="post_schedule"),
    path("t/<slug:team>/posts/<int:post_id>/publish/", post.post_publish, name="post_publish"),
    path(
        "t/<slug:team>/posts/<int:post_id>/schedule/remove/",
        post.post_unschedule,
        name="post_unschedule",
    ),
    path(
        "t/<slug:team>/posts/<int:post_id>/duplicate/", post.post_duplicate, name="post_duplicate"
    ),
    path("t/<slug:team>/posts/<int:post_id>/delete/", post.post_delete, name="post_delete"),
    path(
        "t/<slug:team>/posts/<int:post_id>/revisions/<int:number>/",
        revision.revision,
        name="revision",
    ),
    path(
        "t/<slug:team>/posts/<int:post_id>/revisions/<int:number>/restore/",
        revision.revision_restore,
        name="revision_restore",
    ),
    path("t/<slug:team>/posts/export.<str:ending>", exporting.export, name="export"),
    path("t/<slug:team>/import/", importing.imports, name="imports"),
    path("t/<slug:team>/import/new/", importing.import_new, name="import_new"),
    path(
        "t/<slug:team>/import/template.<str:ending>",
        importing.import_template,
        name="import_template",
    ),
    path("t/<slug:team>/import/<int:import_id>/", importing.import_page, name="import"),
    path(
        "t/<slug:team>/import/<int:import_id>/columns/",
        importing.import_columns,
        name="import_columns",
    ),
    path(
        "t/<slug:team>/import/<int:import_id>/confirm/",
        importing.import_confirm,
        name="import_confirm",
    ),
    path("t/<slug:team>/import/<int:import_id>/stop/", importing.import_stop, name="import_stop"),
    path("t/<slug:team>/import/<int:import_id>/undo/", importing.import_undo, name="import_undo"),
    path(
        "t/<slug:team>/import/<int:import_id>/discard/",
        importing.import_discard,
        name="import_discard",
    ),
    path(
        "t/<slug:team>/import/<int:import_id>/left-out.csv",
        importing.import_left_out,
        name="import_left_out",
    ),
    path("t/<slug:team>/media/", media.media_upload, name="media_upload"),
    path("t/<slug:team>/media/<int:media_id>/", media.media_file, name="media"),
    path("t/<slug:team>/media/<int:media_id>/small/", media.media_small, name="media_small"),
    path("t/<slug:team>/media/<int:media_id>/alt/", media.media_alt, name="media_alt"),
    path("m/<str:signed>/<str:name>", shared.shared_file, name="shared_file"),
]
