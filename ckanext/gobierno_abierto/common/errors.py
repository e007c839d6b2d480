"""The portal's one tree of errors.

An error names the thing, the problem and the fix; its text is a template filled from its arguments, so that it
can be translated and tested. Pure code raises these; `as_ckan` turns one into CKAN's own exception, once, at the
edge of an action.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import ckan.plugins.toolkit as tk


class Fragment(str):
    """A piece of an error's text that is a message of its own: Spanish as it stands, translated with the error.

    `BadSyntax(detail=Fragment("falta «{mark}»", mark=")"))`: the first argument is a gettext message id with `{name}`
    places, written as a literal so that it is extracted.
    """

    message_id: str
    arguments: dict[str, Any]

    def __new__(cls, message_id: str, **arguments: Any) -> Fragment:
        fragment = super().__new__(cls, message_id.format(**arguments) if arguments else message_id)
        fragment.message_id, fragment.arguments = message_id, arguments
        return fragment

    def translated(self) -> str:
        """The text in the reader's language."""
        text = tk._(self.message_id)
        return text.format(**self.arguments) if self.arguments else text


class Labels(str):
    """A piece of an error's text that data say in each language, such as a vocabulary's labels: shown in the reader's.

    As it stands it is the Spanish one.
    """

    by_language: Mapping[str, str]

    def __new__(cls, by_language: Mapping[str, str]) -> Labels:
        labels = super().__new__(cls, by_language["es"])
        labels.by_language = by_language
        return labels

    def translated(self) -> str:
        """The text in the reader's language; Spanish for one that the data do not have."""
        try:
            return self.by_language.get(str(tk.h.lang()), self)
        except RuntimeError:
            # A command or a job: nobody reads a page.
            return str(self)


class PortalError(Exception):
    """Base of every error that the portal raises on purpose.

    `template` is a gettext message id with `{name}` places; `arguments` fill them.
    """

    template: ClassVar[str] = "{detail}"

    def __init__(self, **arguments: Any) -> None:
        self.arguments = arguments
        super().__init__(self.template.format(**arguments))

    @property
    def message(self) -> str:
        """The text in the reader's language; the Spanish original outside a translated context."""
        try:
            shown = {k: v.translated() if isinstance(v, (Fragment, Labels)) else v for k, v in self.arguments.items()}
            return tk._(self.template).format(**shown)
        except (RuntimeError, TypeError):
            return self.template.format(**self.arguments)


class InvalidInput(PortalError):
    """What was sent cannot be accepted (HTTP 400 or 409 with the field's name). `field` says where."""

    def __init__(self, field: str = "message", **arguments: Any) -> None:
        self.field = field
        super().__init__(**arguments)


class Conflict(InvalidInput):
    """What was asked for is right, but not possible in the present state (HTTP 409)."""


class NotAllowed(PortalError):
    """The caller may not do this (HTTP 403)."""


class NotFound(PortalError):
    """The named thing does not exist, or the caller may not know of it (HTTP 404)."""


class ConfigurationError(PortalError):
    """A file or option of the installation is wrong; nothing starts until it is mended."""


def as_ckan(error: PortalError) -> Exception:
    """The CKAN exception that answers the right status for `error`.

    CKAN answers 409 to every ValidationError of its API and knows no other conflict; the one made of a `Conflict` has
    `portal_status` 409, so that pages can tell it from a fault in what was sent.
    """
    if isinstance(error, NotAllowed):
        return tk.NotAuthorized(error.message)
    if isinstance(error, NotFound):
        return tk.ObjectNotFound(error.message)
    if isinstance(error, Conflict):
        refused = tk.ValidationError({error.field: [error.message]})
        refused.portal_status = 409  # type: ignore[attr-defined]
        return refused
    if isinstance(error, InvalidInput):
        return tk.ValidationError({error.field: [error.message]})
    return error
