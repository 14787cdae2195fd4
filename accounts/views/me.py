"""What an API key is good for: the first thing that a program asks."""

from django.http import JsonResponse
from django.views.decorators.http import require_safe

from accounts.access import by_key
from accounts.http import KeyRequest


@by_key()
@require_safe
def me(request: KeyRequest) -> JsonResponse:
    key = request.api_key
    return JsonResponse(
        {
            "team": {"name": request.team.name, "slug": request.team.slug},
            "member": {"name": str(request.user), "role": request.membership.role},
            "key": {
                "name": key.name,
                "prefix": key.prefix,
                "scopes": key.usable,
                "expires_at": key.expires_at and key.expires_at.isoformat(),
            },
        }
    )
