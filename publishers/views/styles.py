"""The platforms' colours, as a stylesheet of custom properties read from their Specs."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from accounts.access import public
from publishers import styles


@public
@require_GET
def platforms_css(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(styles.sheet(), content_type="text/css; charset=utf-8")
    fresh = request.GET.get("v") == styles.version()
    age = "31536000, immutable" if fresh else "300"
    response.headers["Cache-Control"] = f"public, max-age={age}"
    return response
