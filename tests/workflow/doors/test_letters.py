"""What is not public is in no e-mail to somebody outside."""

from __future__ import annotations

from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
from ckan.lib import mailer
from ckanext.activity import email_notifications
from sqlalchemy import text

from ckanext.gobierno_abierto.workflow import mail, notifications
from tests.workflow.doors.scene import OUTSIDERS, Planted

pytestmark = pytest.mark.gated


class Box:
    """Every letter that leaves: (address, everything that it says)."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.letters: list[tuple[str, str]] = []
        patch.setattr(mailer, "_mail_recipient", self._ckans)
        patch.setattr(mailer, "mail_user", lambda user, subject, body, **more: self._keep(user.email, subject, body))
        patch.setattr(mail, "send", lambda id, name, address, subject, body: self._keep(address, subject, body))
        patch.setattr(mail, "wanted", lambda: True)

    def _keep(self, address: str, *said: Any) -> None:
        self.letters.append((address, " ".join(map(str, said))))

    def _ckans(self, name: str, address: str, *said: Any, **more: Any) -> None:
        self._keep(address, name, *said, *more.values())


def followed(planted: Planted, who: str) -> None:
    """The person follows whatever is connected with the subjects (hidden ones by a row of the past) and wants mail."""
    user, scene = planted.scene.people[who], planted.scene
    for action, reference in (
        ("follow_user", scene.people["author"]["id"]), ("follow_user", scene.people["sysadmin"]["id"]),
        ("follow_group", scene.org["id"]), ("follow_group", planted.group["id"]),
    ):  # fmt: skip
        scene.call(action, who, id=reference)
    for subject in planted.subjects.values():
        model.Session.add(model.UserFollowingDataset(user["id"], subject.id))
    tk.get_action("user_patch")(
        {"ignore_auth": True, "user": user["name"]}, {"id": user["id"], "activity_streams_email_notifications": True}
    )


def test_no_letter_sings(planted: Planted, app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    box = Box(monkeypatch)
    people = [who for who in OUTSIDERS if who != "anonymous"]
    for who in (*people, "member"):
        followed(planted, who)
    # What happened is news: nobody looked at their dashboard since.
    model.Session.execute(text("UPDATE dashboard SET activity_stream_last_viewed = now() - interval '1 day',"
                               " email_last_sent = now() - interval '1 day'"))  # fmt: skip
    with app.flask_app.test_request_context("/"):
        notifications.deliver()
        email_notifications.get_and_send_notifications_for_all_users()
    outside = {planted.scene.people[who]["email"] for who in people}
    assert {address for address, _said in box.letters} - outside, "nobody inside is told of anything"
    heard = [(address, planted.heard(said, "")) for address, said in box.letters if address in outside]
    assert not [one for one in heard if one[1]]
    assert any(planted.heard(said, "") for address, said in box.letters if address not in outside)
