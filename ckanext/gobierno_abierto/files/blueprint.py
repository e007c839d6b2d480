"""Routes of the files: a table as a file, a linked file through the proxy; headers and refusals of all uploads."""

from __future__ import annotations

import logging
from typing import Any

import ckan.plugins.toolkit as tk
import requests
from ckan.common import streaming_response
from flask import Blueprint, Response, request
from flask_wtf.csrf import CSRFError

from ..common.errors import InvalidInput
from . import guard, serving
from .fetch import limited, opened
from .tables import WRITERS, filename, read

log = logging.getLogger(__name__)

files = Blueprint("gobierno_abierto_files", __name__)
#: Endpoints that hand out what somebody uploaded or linked.
HANDED_OUT = frozenset(
    ["resource.download", "dataset_resource.download", "file.download", "file.trusted_download", "file.public_download"]
)
PROXY = "resource_proxy.proxy_view"


def _is_download(endpoint: str) -> bool:
    return endpoint in HANDED_OUT or endpoint.endswith("_resource.download")


@files.before_app_request
def before() -> Any:
    """Measure the body, ask for the form token; answer CKAN's proxy ourselves, which would ask any address."""
    guard.limit_this_body()
    guard.check_token()
    if request.endpoint == PROXY:
        return proxy(**(request.view_args or {}))
    return None


@files.after_app_request
def after(response: Response) -> Response:
    """No browser guesses a type, and nothing that was uploaded runs on our address."""
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    endpoint = request.endpoint or ""
    if _is_download(endpoint) and response.status_code in {200, 206}:
        found = serving.headers(response.content_type or "", response.headers.get("Content-Disposition", ""))
        for name, value in found.items():
            response.headers[name] = value
    return response


files.app_errorhandler(CSRFError)(guard.bad_token)


@files.route("/dataset/<id>/resource/<resource_id>/tabla.<extension>")
def table(id: str, resource_id: str, extension: str) -> Any:
    """The resource's DataStore table as CSV, XLSX or JSON, with the permissions of datastore_search."""
    if extension not in WRITERS:
        return tk.abort(404, tk._("No hay descargas en ese formato; las hay en {0}.").format(", ".join(WRITERS)))
    context: Any = {"user": tk.current_user.name, "auth_user_obj": tk.current_user}
    try:
        resource = tk.get_action("resource_show")(context, {"id": resource_id})
        found = read(resource_id, tk.current_user.name)
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("Ese recurso no tiene una tabla, o no se puede leer."))
    writer, mimetype = WRITERS[extension]
    try:
        body = writer(found, resource.get("name") or "Datos")
    except InvalidInput as problem:
        return tk.abort(409, problem.message)
    answer = streaming_response(body, mimetype=mimetype, with_context=True)
    answer.headers["Content-Type"] = mimetype
    answer.headers.set("Content-Disposition", "attachment", filename=filename(resource, extension))
    return answer


def proxy(id: str, resource_id: str) -> Any:
    """A linked file for a preview: public addresses only, bounded, never rendered on our address."""
    context: Any = {"user": tk.current_user.name, "auth_user_obj": tk.current_user}
    try:
        resource = tk.get_action("resource_show")(context, {"id": resource_id})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("Ese recurso no existe, o no se puede leer."))
    limit = tk.config.get("ckan.resource_proxy.max_file_size") or (1 << 20)
    try:
        with opened(resource["url"]) as answer:
            answer.raise_for_status()
            body = b"".join(limited(answer, limit, str(resource["url"])[:100]))
            kind = answer.headers.get("content-type", "application/octet-stream")
    except InvalidInput as problem:
        return tk.abort(409, problem.message)
    except requests.Timeout:
        return tk.abort(504, tk._("El sitio enlazado no respondió a tiempo."))
    except requests.HTTPError as error:
        status = error.response.status_code if error.response is not None else ""
        return tk.abort(409, tk._("El sitio enlazado respondió con el error {0}.").format(status))
    except (requests.RequestException, OSError) as error:
        log.info("The proxy could not read resource %s: %s", resource_id, type(error).__name__)
        return tk.abort(502, tk._("No se pudo leer el sitio enlazado."))
    response = Response(body, content_type=kind)
    for name, value in serving.headers(kind, "attachment").items():
        response.headers[name] = value
    return response
