"""The pages as a WSGI application; it refuses to start when a route has no declared permission."""

import os

from django.core.wsgi import get_wsgi_application

from clouddesk.access import routes

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clouddesk.config.settings")
application = get_wsgi_application()
routes()
