"""The page of one's own notices."""

from __future__ import annotations

from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from flask import Blueprint

from . import notifications

notices = Blueprint("ga_notices", __name__)

PER_PAGE = 20


@notices.before_request
def ask_to_sign_in() -> Any:
    """Visitors sign in first and come back."""
    if tk.current_user.is_anonymous:
        return tk.redirect_to("user.login", came_from=tk.h.url_for("ga_notices.index"))
    return None


@notices.route("/avisos")
def index() -> str:
    """One's notices, the newest first."""
    total, unread = notifications.counts(tk.current_user.id)
    pages = max(1, -(-total // PER_PAGE))
    page = min(tk.h.get_page_number(tk.request.args), pages)
    values = {
        "notices": notifications.mine(tk.current_user.id, PER_PAGE, PER_PAGE * (page - 1)),
        "unread": unread,
        "page": page,
        "pages": pages,
    }
    return tk.render("workflow/notices.html", values)


@notices.route("/avisos/leidos", methods=["POST"])
def read() -> Any:
    """Mark the notices that the form names as read; all of them where it names none."""
    ids = [int(value) for value in tk.request.form.getlist("id") if value.isdecimal() and len(value) < 19]
    if ids or "id" not in tk.request.form:
        notifications.mark_read(tk.current_user.id, ids or None)
        model.Session.commit()
    return tk.redirect_to("ga_notices.index", page=tk.h.get_page_number(tk.request.form))
