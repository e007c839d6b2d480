"""What arrives is measured before it is read: bodies that are too large, and forms whose token is no longer good."""

from __future__ import annotations

import time
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Flask, Response, current_app, g, jsonify, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import RequestEntityTooLarge

from .intake import readable
from .problems import BodyTooLarge
from .uploads import MB, max_bytes

#: Bytes of a form beside its file: fields, boundaries.
FORM_ALLOWANCE = 4 * MB
#: A body that is refused is still read and thrown away for so many seconds, so that the sender gets the answer
#: instead of a broken connection; then the connection is closed.
DRAIN_SECONDS = 90
DRAIN_CHUNK = 1 << 20
#: Where the views that are exempt from the form token by declaration are kept.
DECLARED = "gobierno_abierto_csrf_declared"


def limit_bodies(app: Flask) -> Flask:
    """Let Werkzeug refuse a body by its Content-Length, before anything is read or written to disk."""
    app.config["MAX_CONTENT_LENGTH"] = max_bytes() + FORM_ALLOWANCE
    # Here, after CKAN has registered its own page for every status.
    app.register_error_handler(RequestEntityTooLarge, body_too_large)
    csrf = app.extensions["csrf"]
    csrf.__dict__.setdefault(DECLARED, frozenset(csrf._exempt_views))
    return app


def check_token() -> None:
    """Ask every session for its form token; raises CSRFError.

    CKAN 2.12 exempts the view of each request that came without a session (`csrf.exempt` in its before_request), and
    Flask-WTF keeps that for the life of the process: one anonymous visit to a form would switch the check off for
    everybody. So the check is made here, with the exemptions that were declared when the application started.
    """
    csrf = current_app.extensions["csrf"]
    if not current_app.config["WTF_CSRF_ENABLED"] or g.get("login_via_auth_header") or not request.endpoint:
        return
    view = current_app.view_functions.get(request.endpoint)
    place = f"{view.__module__}.{view.__name__}" if view else ""
    blueprint = current_app.blueprints.get(request.blueprint or "")
    if place not in getattr(csrf, DECLARED, ()) and blueprint not in csrf._exempt_blueprints:
        csrf.protect()


def limit_this_body() -> None:
    """Bodies without a file (JSON of the API) are held in memory, so they have a smaller limit of their own."""
    if request.mimetype != "multipart/form-data" and request.method in {"POST", "PUT", "PATCH"}:
        request.max_content_length = tk.config["gobierno_abierto.files.max_json_mb"] * MB


def is_api() -> bool:
    """Whether the sender reads JSON."""
    return request.path.startswith("/api/") or request.accept_mimetypes.best == "application/json"


def body_too_large(_error: RequestEntityTooLarge) -> tuple[Any, int]:
    """413 with what to do, after the body was drained."""
    size = request.content_length
    drain()
    limit = max_bytes()
    if request.mimetype != "multipart/form-data":
        limit = tk.config["gobierno_abierto.files.max_json_mb"] * MB
    shown = readable(size) if size else tk._("más de {limit}").format(limit=readable(limit))
    problem = BodyTooLarge(size=shown, limit=readable(limit))
    return refusal(413, "Validation Error", tk._("El archivo es demasiado grande"), problem.message, "upload")


def bad_token(error: CSRFError) -> tuple[Any, int]:
    """400 with what to do: the form was open too long, in another session, or came from elsewhere."""
    message = tk._(
        "El formulario venció o se abrió en otra sesión, y por seguridad no se guardó nada. "
        "Vuelva a la página anterior, copie lo que escribió, recargue la página y envíelo otra vez; "
        "si no ha iniciado sesión, hágalo primero."
    )
    return refusal(400, "Authorization Error", tk._("El formulario venció"), message, "csrf")


def refusal(status: int, kind: str, title: str, message: str, field: str) -> tuple[Any, int]:
    """The same refusal as a page or as the API's JSON."""
    if is_api():
        error = {"__type": kind, "message": message, field: [message]}
        return jsonify({"success": False, "error": error}), status
    page = tk.render("files/refusal.html", {"title": title, "message": message, "code": status})
    return Response(page, content_type="text/html; charset=utf-8"), status


def drain() -> None:
    """Read what the sender still sends, keeping nothing, for at most DRAIN_SECONDS."""
    stream, left = request.environ.get("wsgi.input"), request.content_length or 0
    until = time.monotonic() + DRAIN_SECONDS
    while stream is not None and left > 0 and time.monotonic() < until:
        data = stream.read(min(DRAIN_CHUNK, left))
        if not data:
            return
        left -= len(data)
