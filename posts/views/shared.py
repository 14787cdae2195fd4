"""What platforms fetch: one picture or video behind a signed address, for a day."""

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from accounts.access import public
from posts import addresses
from posts.views.pieces import Stored, served


@public
@require_safe
def shared_file(request: HttpRequest, signed: str, name: str) -> HttpResponseBase:
    shared = addresses.read(signed, name)
    if shared is None:
        raise Http404
    row = shared.row
    response = served(request, Stored(row.file.name or "", row.mime, shared.name, row.sha256))
    response.headers["X-Robots-Tag"] = "noindex"
    return response
