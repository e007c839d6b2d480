"""How pages and files leave the server: compressed, and with a fitting lifetime in the browser's cache."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Response, current_app, request, session
from flask_compress import Compress

from . import caching, usage

#: Text formats only: images, fonts, spreadsheets and archives are compressed already.
MIMETYPES = [
    "text/html",
    "text/css",
    "text/plain",
    "text/javascript",
    "text/turtle",
    "text/n3",
    "application/javascript",
    "application/json",
    "application/ld+json",
    "application/rdf+xml",
    "application/atom+xml",
    "application/xml",
    "text/xml",
    "image/svg+xml",
]


class PageCompress(Compress):
    """Flask-Compress, kept away from answers where compressing does harm."""

    def after_request(self, response: Response | None) -> Response:
        """Compress unless the answer carries a secret, is part of a file, or is a download."""
        if response is None or not worth_compressing(response):
            return response or current_app.response_class("", 204)
        return super().after_request(response)


def worth_compressing(response: Response) -> bool:
    """False for a signed-in user's page, a partial answer and an uploaded file.

    A page with a form token beside text that the visitor's address controls can leak the token through its
    compressed length (the BREACH attack); only signed-in users' pages hold one worth stealing. A range of a file must
    not change its bytes. Uploaded files are sent as they are: they can be of any size.
    """
    if response.status_code == 206 or "Range" in request.headers:
        return False
    if "Content-Disposition" in response.headers and request.endpoint not in caching.STATIC_ENDPOINTS:
        return False
    return not (response.mimetype == "text/html" and session.get("_user_id"))


def set_lifetime(response: Response) -> Response:
    """Give files their lifetime; pages keep what CKAN decided."""
    header = caching.cache_control(request.endpoint, "v" in request.args, response.status_code)
    if header:
        response.headers["Cache-Control"] = header
    return response


def set_policy(response: Response) -> Response:
    """Tell the browser to ask nothing of other hosts, and not to guess types; a page's own policy wins."""
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    policy = tk.config.get("gobierno_abierto.theme.content_security_policy")
    if policy and response.mimetype == "text/html":
        response.headers.setdefault("Content-Security-Policy", " ".join(policy.split()))
        response.headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    return response


def install(app: Any, config: Any) -> Any:
    """Add compression, cache lifetimes and the count of reads to the Flask application."""
    if config.get("gobierno_abierto.theme.compress", True):
        app.config["COMPRESS_MIMETYPES"] = MIMETYPES
        app.config["COMPRESS_ALGORITHM"] = ["br", "gzip"]
        app.config["COMPRESS_ALGORITHM_STREAMING"] = ["br", "gzip"]
        app.config["COMPRESS_STREAMING_ENDPOINT_CONDITIONAL"] = sorted(caching.STATIC_ENDPOINTS)
        app.config["COMPRESS_BR_LEVEL"] = 5
        PageCompress(app)
    if config.get("gobierno_abierto.theme.count_reads", True):
        app.after_request(usage.count_read)
    app.after_request(set_policy)
    # Flask runs these in reverse order and CKAN's own overwrites Cache-Control: ours has to be the first registered.
    app.after_request_funcs.setdefault(None, []).insert(0, set_lifetime)
    return app
