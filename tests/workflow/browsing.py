"""Looking at pages as people of a scene do, and asking of each that its HTML is sound."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from ckan.tests import factories

from tests.workflow.conftest import Scene

#: Elements without an end.
VOID = frozenset("area base br col embed hr img input link meta source track use wbr path".split())
#: Elements whose end may be left out in CKAN's own templates.
LOOSE = frozenset("p li option circle rect line polyline".split())


class _Soundness(HTMLParser):
    """Faults of a page: elements that do not nest, ids twice, controls without a label, forms without a token."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.open: list[str] = []
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.controls: list[dict[str, str | None]] = []
        self.form: dict[str, Any] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if values.get("id"):
            self.ids.append(str(values["id"]))
        if tag == "label" and values.get("for"):
            self.labelled.add(str(values["for"]))
        if tag == "form":
            self.form = {"post": (values.get("method") or "").lower() == "post", "token": False}
        if tag in ("input", "select", "textarea"):
            self._control(values)
        if tag not in VOID and tag not in LOOSE:
            self.open.append(tag)

    def _control(self, values: dict[str, str | None]) -> None:
        if values.get("name") == "_csrf_token" and self.form:
            self.form["token"] = True
        if values.get("type") not in ("hidden", "submit") and not (
            values.get("aria-label") or values.get("aria-labelledby")
        ):
            self.controls.append(values)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID or tag in LOOSE:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")
        if tag == "form" and self.form:
            if self.form["post"] and not self.form["token"]:
                self.faults.append(f"a form without a token before {self.getpos()}")
            self.form = None


def faults(body: str) -> list[str]:
    """What is wrong with a page's <main>."""
    main = body[body.index("<main") : body.index("</main>") + len("</main>")]
    parser = _Soundness()
    parser.feed(main)
    twice = {f"id {one} twice" for one in parser.ids if parser.ids.count(one) > 1}
    mute = [f"no label: {one}" for one in parser.controls if one.get("id") not in parser.labelled]
    headings = [int(level) for level in re.findall(r"<h([1-6])", main)]
    jumps = [f"h{a} to h{b}" for a, b in zip(headings, headings[1:], strict=False) if b > a + 1]
    count = [] if headings.count(1) == 1 else [f"{headings.count(1)} h1"]
    return [*parser.faults, *parser.open, *sorted(twice), *mute, *jumps, *count]


@dataclass
class Visit:
    """Pages as each person of a scene is shown them; None is a visitor."""

    scene: Scene
    app: Any
    headers: dict[str, dict[str, str]] = field(default_factory=dict)

    def as_(self, who: str | None) -> dict[str, str]:
        """The headers by which the portal knows the person."""
        if who is None:
            return {}
        if who not in self.headers:
            token = factories.APIToken(user=self.scene.people[who]["name"])["token"]
            self.headers[who] = {"Authorization": token}
        return self.headers[who]

    def get(self, path: str, who: str | None, status: int = 200) -> str:
        """A page's text."""
        answer = self.app.get(path, headers=self.as_(who), follow_redirects=False)
        assert answer.status_code == status, (path, who, answer.status_code)
        return str(answer.body)

    def post(self, path: str, who: str | None, status: int = 302, **data: Any) -> Any:
        """The answer to a form."""
        answer = self.app.post(path, headers=self.as_(who), data=data, follow_redirects=False)
        assert answer.status_code == status, (path, who, answer.status_code, messages(answer.body))
        return answer


def messages(body: str) -> list[str]:
    """What a page says was wrong."""
    found = re.search(r'role="alert".*?</div>', body, flags=re.DOTALL)
    return re.findall(r"<li>(.*?)</li>", found[0], flags=re.DOTALL) if found else []


def text_of(body: str) -> str:
    """The text of a page's <main>, spaces made one."""
    main = body[body.index("<main") : body.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())
