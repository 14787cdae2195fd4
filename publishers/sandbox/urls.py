"""Addresses below /sandbox/: each platform's own, and the pages about all of them."""

from django.urls import URLPattern, URLResolver, include, path

from publishers.sandbox import hook_pages, pages
from publishers.sandbox.registry import TWINS
from publishers.sandbox.twin import Twin

app_name = "sandbox"


def of(twin: Twin) -> list[URLPattern]:
    here = {"platform": twin.slug}
    posts = [path(route, pages.post, here, name="post") for route in twin.post_routes]
    profiles = [path(route, pages.timeline, here) for route in twin.profile_routes]
    return [*twin.routes(), *posts, *profiles]


urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.index, name="index"),
    path("mail/", pages.mail, name="mail"),
    path("mail/empty/", pages.mail_empty, name="mail_empty"),
    path("mail/<int:pk>/", pages.message, name="message"),
    path("mail/<int:pk>/html/", pages.message_html, name="message_html"),
    path("faults/", pages.faults, name="faults"),
    path("faults/<int:pk>/remove/", pages.fault_remove, name="fault_remove"),
    path("faults/<slug:platform>/<str:actor>/", pages.account_faults, name="account_faults"),
    path("hooks/", hook_pages.hook_calls, name="hooks"),
    path("hooks/<int:pk>/again/", hook_pages.hook_again, name="hook_again"),
    path("hooks/posts/<int:pk>/", hook_pages.hook_tell, name="hook_tell"),
    path(
        "hooks/<slug:platform>/<str:actor>/withdraw/",
        hook_pages.hook_withdraw,
        name="hook_withdraw",
    ),
    path("pictures/<int:pk>/", pages.picture, name="picture"),
    *(path(f"{slug}/", include(of(twin))) for slug, twin in TWINS.items()),
    path("<slug:platform>/<str:actor>/", pages.timeline, name="timeline"),
    path("<slug:platform>/<str:actor>/picture.png", pages.account_picture, name="account_picture"),
]
