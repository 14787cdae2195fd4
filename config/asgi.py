"""The ASGI entry point that the web server loads."""

import os
import warnings

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
# WhiteNoise and FileResponse read files synchronously: Django does it in a thread, and warns.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchron")
application = get_asgi_application()
