"""The catalogues are complete and true to the source, and a running portal speaks from them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import product
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import polib
import pytest
from ckan.lib.i18n import build_js_translations
from ckan.tests import factories
from flask_babel import get_translations

from bin._i18n import catalogues, checks, entries, extract, literal_text, upstream
from ckanext.gobierno_abierto.common.errors import Fragment, InvalidInput, Labels
from ckanext.gobierno_abierto.common.translation import DOMAIN, I18N_DIRECTORY, PortalTranslation

TREE = {
    "errors.py": (
        "from .common.errors import PortalError, Fragment\n"
        "class Base(PortalError):\n    template = '{detail}'\n"
        "class Wrong(Base):\n    template = ('«{value}» no vale. '\n        'Cámbielo.')\n"
        "class Stranger:\n    template = 'no es un error del portal'\n"
        "Fragment('faltan {n} letras', n=3)\n"
    ),
    "logic/action.py": (
        "tk._('Hola')\ntk.ungettext('%(num)d dato', '%(num)d datos', 2)\n_('Datasets')\n_(name)\n"
        "# TRANSLATORS: una mesa de trabajo\n_('Mesa')\n"
    ),
    "assets/js/copy.js": (
        "this.ckan.module('copy', function ($) { return { run: function () {\n"
        "  return this._('Copiado') + this.ngettext('%(num)d fila', '%(num)d filas', 2)\n"
        "  + this._('Register');\n} } });\n"
    ),
    "assets/vendor/x.js": "this._('de otro')",
    "templates/page.html": (
        "<p>{{ _('Portada') }} {% trans n=1 %}{{ n }} tema{% pluralize %}{{ n }} temas{% endtrans %}</p>\n"
        "{% trans %}\n  Dos líneas,\n  un espacio\n{% endtrans %}{{ h.build_nav('x', _('Ir')) }}\n"
    ),
    "templates/emails/a.txt": "{% trans name=name %}Estimada {{ name }}{% endtrans %}",
    "tests/test_x.py": "_('de prueba')",
}


def plant(root: Path) -> Path:
    """A small extension to extract from."""
    for name, content in TREE.items():
        path = root / "ckanext" / "x" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return root


def template_of(root: Path) -> polib.POFile:
    return extract.build_template(plant(root) / "ckanext" / "x", root, licences=None)


def entry(msgid: str, msgstr: str = "", plural: tuple[str, ...] = (), **more: Any) -> polib.POEntry:
    """A message as a catalogue has it; `plural`: the plural id, then each form."""
    forms = dict(enumerate(plural[1:]))
    more.setdefault("occurrences", [("ckanext/x/templates/page.html", "")])
    return polib.POEntry(
        msgid=msgid, msgstr=msgstr, msgid_plural=plural[0] if plural else "", msgstr_plural=forms, **more
    )


def catalogue(language: str, *found: polib.POEntry) -> polib.POFile:
    file = entries.new_file(language)
    file.extend(found)
    return file


# --- the project's catalogues -------------------------------------------------------------------------------------


def test_the_catalogues_are_complete_and_true_to_the_source() -> None:
    found = list(checks.problems())
    assert not found, "\n".join(found)


def test_every_english_entry_is_translated_and_none_is_spanish() -> None:
    file = entries.read(entries.catalogue_path("en"))
    assert file is not None and len(file) > 100
    assert [e.msgid for e in file if not e.translated()] == []
    spanish = [e.msgid for e in file if set("¿¡«»") & set(e.msgstr + "".join(e.msgstr_plural.values()))]
    assert spanish == []


def test_ckan_and_the_extensions_leave_nothing_without_spanish() -> None:
    missing, stale = upstream.gaps()
    assert [e.msgid for e in missing] == []
    assert [e.msgid for e in stale] == []


def test_core_gaps_fill_what_ckan_leaves_in_english() -> None:
    """Counted on CKAN's own catalogue, not by our tool: what stays is in its example plugins only."""
    theirs = polib.pofile(str(entries.site_packages() / "ckan/i18n/es/LC_MESSAGES/ckan.po"))
    ours = {entries.key(e) for e in polib.pofile(str(entries.CORE_GAPS))}
    left = [e for e in theirs.untranslated_entries() if entries.key(e) not in ours]
    assert all("/example_" in name for e in left for name, _line in e.occurrences)
    assert len(theirs.untranslated_entries()) - len(left) > 200


def test_licence_titles_say_in_english_what_the_vocabulary_says() -> None:
    english = {e.msgid: e.msgstr for e in entries.read(entries.catalogue_path("en")) or ()}
    titles = list(extract.licence_titles(extract.LICENCES, entries.ROOT))
    assert titles
    assert [t.msgid for t in titles if f"In the vocabulary: {english.get(t.msgid)}" != t.comment] == []


def test_one_folder_and_domain_serve_every_plugin() -> None:
    assert I18N_DIRECTORY == entries.I18N
    assert DOMAIN == entries.DOMAIN
    assert sorted(path.name for path in I18N_DIRECTORY.iterdir() if path.is_dir()) == ["en", "es"]


# --- extract ------------------------------------------------------------------------------------------------------


def test_messages_are_found_where_people_read_them(tmp_path: Path) -> None:
    found = {e.msgid: e for e in template_of(tmp_path)}
    assert set(found) >= {
        "«{value}» no vale. Cámbielo.",
        "faltan {n} letras",
        "Hola",
        "%(num)d dato",
        "Mesa",
        "Copiado",
        "%(num)d fila",
        "Portada",
        "%(n)s tema",
        "Dos líneas, un espacio",
        "Ir",
        "Estimada %(name)s",
    }
    assert found["%(num)d dato"].msgid_plural == "%(num)d datos"
    assert found["%(n)s tema"].msgid_plural == "%(n)s temas"
    assert found["Mesa"].comment == "una mesa de trabajo"
    assert found["%(num)d dato"].flags == ["python-format"]
    assert found["faltan {n} letras"].flags == ["python-brace-format"]
    assert found["Hola"].occurrences == [("ckanext/x/logic/action.py", "")]


@pytest.mark.parametrize("absent", ["{detail}", "no es un error del portal", "de otro", "de prueba", "Datasets"])
def test_what_is_not_ours_is_left_out(tmp_path: Path, absent: str) -> None:
    assert absent not in {e.msgid for e in template_of(tmp_path)}


def test_a_script_may_use_a_message_that_ckan_has_for_python_only(tmp_path: Path) -> None:
    """`ckan translation js` takes what some .pot says a .js uses; CKAN's says it of few messages."""
    borrowed = [e for e in template_of(tmp_path) if e.msgid == "Register"]
    assert len(borrowed) == 1 and borrowed[0].comment.startswith(extract.BORROWED)
    english = catalogues.merged("en", template_of(tmp_path), None, catalogue("es"))
    assert "Register" not in {e.msgid for e in english}


def test_same_source_same_bytes_wherever_it_lies(tmp_path: Path) -> None:
    once, again = (entries.text(template_of(tmp_path / name)) for name in ("a", "b/deeper"))
    assert once == again
    assert str(tmp_path) not in once and "Date" not in once


def test_a_broken_template_stops_the_extraction(tmp_path: Path) -> None:
    broken = tmp_path / "templates" / "broken.html"
    broken.parent.mkdir()
    broken.write_text("{% if %}{{ _('x') }}", encoding="utf-8")
    with pytest.raises(Exception, match="(?i)expected|unexpected"):
        list(extract.messages(tmp_path, tmp_path))


# --- update -------------------------------------------------------------------------------------------------------


def test_update_keeps_translations_and_drops_what_the_source_dropped() -> None:
    template = catalogue("", entry("Hola"), entry("Adiós"), entry("%(num)d a", plural=("%(num)d aes",)))
    old = catalogue(
        "en",
        entry("Hola", "Hello", tcomment="greeting"),
        entry("Se fue", "Gone"),
        entry("%(num)d a", plural=("%(num)d aes", "%(num)d one", "%(num)d many")),
    )
    new = catalogues.merged("en", template, old, catalogue("es"))
    assert [(e.msgid, e.msgstr) for e in new] == [("Hola", "Hello"), ("Adiós", ""), ("%(num)d a", "")]
    assert new[0].tcomment == "greeting"
    assert new[2].msgstr_plural == {0: "%(num)d one", 1: "%(num)d many"}
    assert entries.text(catalogues.merged("en", template, new, catalogue("es"))) == entries.text(new)


def test_a_reworded_message_offers_its_old_english_as_fuzzy() -> None:
    old = catalogue("en", entry("No se encontro el conjunto de datos", "The dataset was not found"))
    new = catalogues.merged("en", catalogue("", entry("No se encontró el conjunto de datos")), old, catalogue("es"))
    assert (new[0].msgstr, new[0].flags) == ("The dataset was not found", ["fuzzy"])
    assert [p for p in checks.catalogue_problems("en.po", new) if "fuzzy" in p]


def test_spanish_repeats_its_ids_in_three_forms_and_takes_the_core_gaps() -> None:
    template = catalogue("", entry("Hola"), entry("{n} mesa", plural=("{n} mesas",)))
    gaps = catalogue("es", entry("Publish", "Publicar"))
    new = catalogues.merged("es", template, catalogue("es", entry("Publish", "viejo")), gaps)
    assert [(e.msgid, e.msgstr) for e in new] == [("Hola", "Hola"), ("{n} mesa", ""), ("Publish", "Publicar")]
    assert new[1].msgstr_plural == {0: "{n} mesa", 1: "{n} mesas", 2: "{n} mesas"}


# --- check --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "message,right",
    [
        (entry("Hola {name}", "Hello {name}"), True),
        (entry("Hola {name}", "Hello {nombre}"), False),
        (entry("Hola {name}", "Hello"), False),
        (entry("%(a)s de %(b)s", "%(b)s's %(a)s"), True),
        (entry("%(a)s de %(b)s", "%(b)s"), False),
        (entry("%s y %s", "%s and %s"), True),
        (entry("%s y %s", "%s and"), False),
        (entry("el 20 % de los casos", "20 per cent of cases"), True),
        (entry("<b>Hola</b>", "<b>Hello</b>"), True),
        (entry("<b>Hola</b>", "Hello"), False),
        (entry('<a href="%(u)s">x</a>', '<a href="%(u)s">y</a>'), True),
        (entry("{n} a", plural=("{n} aes", "one a", "{n} as")), True),
        (entry("{n} a", plural=("{n} aes", "one a", "some")), False),
        (entry("{n} a", plural=("{n} aes", "{m} a", "{n} as")), False),
        (entry("sin traducir {n}", ""), True),
    ],
)
def test_places_must_survive_translation(message: polib.POEntry, right: bool) -> None:
    assert (list(checks.misplaced(message)) == []) is right


@pytest.mark.parametrize(
    "message,breaks",
    [
        (entry("Subió 20 %% en %(year)s", "Up 20 %% in %(year)s"), False),
        (entry("Subió 20 % en el año", "Up 20 %% in the year"), True),
        (entry("Subió mucho", "Up 20 % in the year"), True),
        (entry("%s datos", "%s data"), True),
        (entry("%(num)d dato", plural=("%(num)d datos", "%(num)d a", "%(num)d b")), False),
        (entry("20 % en Python", "20 %", occurrences=[("ckanext/x/a.py", "")]), False),
    ],
)
def test_a_lone_percent_in_a_template_is_told(message: polib.POEntry, breaks: bool) -> None:
    assert checks.breaks_in_template(message) is breaks


@pytest.mark.parametrize(
    "source,found",
    [
        ("<p>{{ _('Hola') }}</p>", []),
        ("<p>Hola</p>", ["Hola"]),
        ("<p>{% trans %}Hola{% endtrans %} mundo</p>", ["mundo"]),
        ("{% if a %}<b title='Hola'></b>{% endif %}", ["Hola"]),
        ("<img alt=\"{{ _('Hola') }}\"><input placeholder='Buscar'>", ["Buscar"]),
        ("{# comentario #}<script>var hola = 'mundo';</script>", []),
        ("<a href='/dataset'>CSV</a> &nbsp; {{ n }}", []),
        ("<code>package_search</code><p>·</p>", []),
        ('{% macro id(f) %}field-{{ f }} aria-invalid="true"{% endmacro %}', []),
    ],
)
def test_text_outside_gettext_is_told(source: str, found: list[str]) -> None:
    assert literal_text.literal_text(source) == found


def test_check_tells_each_kind_of_fault() -> None:
    faults = "\n".join(
        checks.catalogue_problems(
            "en.po", catalogue("en", entry("a"), entry("b", "B", flags=["fuzzy"]), entry("{c}", "c"), entry("d", "%"))
        )
    )
    for words in ("'a' has no translation", "'b' is fuzzy", "'{c}': its places", "'d': a lone %"):
        assert words in faults


# --- a running portal ---------------------------------------------------------------------------------------------


@pytest.fixture
def speak(app: Any) -> Iterator[Any]:
    """A request in a language: `with speak("en"): ...`."""
    flask_app = app.flask_app

    def request(language: str | None) -> Any:
        return flask_app.test_request_context(environ_overrides={"CKAN_LANG": language} if language else {})

    yield request


@pytest.mark.ckan_config("ckan.locale_default", "es")
@pytest.mark.portal
def test_our_catalogues_win_over_those_of_ckan_and_the_extensions(speak: Any) -> None:
    """Every message of ours, in both languages, as CKAN's own gettext answers it."""
    for language in ("es", "en", None):
        file = entries.read(entries.catalogue_path(language or "es"))
        assert file is not None
        with speak(language):
            wrong = [e.msgid for e in file if not e.msgid_plural and tk._(e.msgid) != e.msgstr]
            forms = {1: 0, 0: 1, 2: 1} if language == "en" else {1: 0, 0: 2, 2: 2, 1_000_000: 1}
            for e in (e for e in file if e.msgid_plural):
                for number, form in forms.items():
                    shown = get_translations().ungettext(e.msgid, e.msgid_plural, number)
                    if shown != e.msgstr_plural[form]:
                        wrong.append(f"{e.msgid} ({number}): {shown!r}")
        assert wrong == []
    theirs = {
        e.msgid: e.msgstr for e in polib.pofile(str(entries.site_packages() / "ckan/i18n/es/LC_MESSAGES/ckan.po"))
    }
    assert theirs["Update {object_type}"] == "Actrulizar {object_type}"
    with speak("es"):
        assert tk._("Update {object_type}") == "Actualizar {object_type}"
        assert tk._("Datasets") == theirs["Datasets"]
    with speak("en"):
        assert tk._("Update {object_type}") == "Update {object_type}"


class Sample(InvalidInput):
    template = "No se entiende «{text}» cerca del carácter {position}: {detail}"


class Term(InvalidInput):
    template = "«{label}»: «{value}» no está en el vocabulario. Valores admitidos: {options}."


@pytest.mark.ckan_config("ckan.locale_default", "es")
@pytest.mark.portal
def test_an_error_is_translated_with_its_fragments(speak: Any) -> None:
    error = Sample(text="(a", position=1, detail=Fragment("el paréntesis no se cierra"))
    assert str(error) == "No se entiende «(a» cerca del carácter 1: el paréntesis no se cierra"
    assert error.message == str(error)
    with speak("es"):
        assert error.message == str(error)
    with speak("en"):
        assert error.message == "“(a” is not understood near character 1: the bracket is not closed"

    known = Labels({"es": "DAILY (Diaria)", "en": "DAILY (Daily)"})
    term = Term(label="Frequency", value="zz", options=known)
    assert str(term).endswith("Valores admitidos: DAILY (Diaria).")
    with speak("en"):
        assert term.message == "“Frequency”: “zz” is not in the vocabulary. Allowed values: DAILY (Daily)."


@pytest.mark.ckan_config("ckan.locale_default", "es")
@pytest.mark.portal
def test_the_address_chooses_the_language_of_a_page(app: Any) -> None:
    spanish, english = "Nombre de usuario o correo electrónico", "Username or Email"
    for path, language, words, others in (
        ("/user/login", "es", spanish, english),
        ("/es/user/login", "es", spanish, english),
        ("/en/user/login", "en", english, spanish),
        ("/about", "es", "Saltar al contenido", "Skip to content"),
        ("/en/about", "en", "Skip to content", "Saltar al contenido"),
    ):
        page = app.get(path).body
        assert f'<html lang="{language}"' in page, path
        assert words in page, path
        assert others not in page, path


@pytest.mark.ckan_config("ckan.locale_default", "es")
@pytest.mark.portal
def test_scripts_get_the_messages_of_ours_and_of_the_gaps(
    app: Any, ckan_config: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`ckan translation js` on a copy of our catalogues where a script of ours has a message."""
    ckan_config["ckan.storage_path"] = str(tmp_path / "storage")
    i18n = tmp_path / "i18n"
    shutil.copytree(I18N_DIRECTORY, i18n)
    for suffix, values in {"": ("", {}), "en": ("Copied", {0: "%(num)d row", 1: "%(num)d rows"})}.items():
        path = entries.catalogue_path("en", root=i18n) if suffix else i18n / f"{DOMAIN}.pot"
        file = polib.pofile(str(path))
        where = [("ckanext/gobierno_abierto/x/assets/x.js", "")]
        file.append(entry("Copiado aquí", values[0], occurrences=where))
        file.append(
            polib.POEntry(
                msgid="%(num)d fila roja",
                msgid_plural="%(num)d filas rojas",
                msgstr_plural=values[1] or {0: "", 1: ""},
                occurrences=where,
            )
        )
        file.save(str(path))
    monkeypatch.setattr(PortalTranslation, "i18n_directory", lambda self: str(i18n))
    build_js_translations()

    english = app.get("/api/i18n/en").json
    assert english["Copiado aquí"] == [None, "Copied"]
    assert english["%(num)d fila roja"] == ["%(num)d filas rojas", "%(num)d row", "%(num)d rows"]
    assert english[""]["plural-forms"] == entries.PLURAL_FORMS["en"]
    spanish = app.get("/api/i18n/es").json
    script_gaps = [e for e in polib.pofile(str(entries.CORE_GAPS)) if entries.in_script(e) and not e.msgid_plural]
    assert len(script_gaps) > 20
    assert [e.msgid for e in script_gaps if spanish.get(e.msgid) != [None, e.msgstr]] == []
    assert spanish[""]["plural-forms"] == entries.PLURAL_FORMS["es"]
    assert json.dumps(spanish)


class Words(HTMLParser):
    """What a person reads or hears on a page: text and spoken attributes, but for code and the language menu."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if self.silent or tag in ("script", "style", "code", "pre") or (tag != "html" and "lang" in said):
            self.silent += [tag] if tag not in ("br", "img", "input", "link", "meta", "use", "path") else []
        self.found += [value for name in ("alt", "title", "placeholder", "aria-label") if (value := said.get(name))]

    def handle_endtag(self, tag: str) -> None:
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(" ".join(data.split()))


#: Words that only the other language has, and what pages rightly say in it: names, an example, a suggested search.
FOREIGN = {
    "en": re.compile(r"[ñ¿¡áéíóú]|\b(el|los|las|una|del|que|por|para|con|este|esta|sin|conjuntos?|archivos?)\b", re.I),
    "es": re.compile(r"\b(the|of|and|is|are|with|you|your|search|datasets?|add|edit|delete|save|name|from|by)\b", re.I),
}
RIGHT = {
    "en": ("población", "calidad del agua potable rural", "Datos Abiertos", "Potosí"),
    "es": ("Open Data", "http"),
}
PUBLIC = """
    / /about /dataset/ /dataset/?q=zzzz /organization/ /organization/zzz /organization/about/zzz
    /organization/members/zzz /organization/activity/zzz /group/ /temas /desarrolladores /accesibilidad
    /user/login /user/reset /user/register /no-such-page
""".split()
REFUSED = ("/no-such-page", "/user/register")
FOR_ADMINISTRATORS = """
    /dashboard/ /dashboard/datasets /dashboard/organizations /dashboard/groups /user/ /ckan-admin/ /ckan-admin/config
    /ckan-admin/trash /ckan-admin/activities /organization/edit/zzz /organization/manage_members/zzz
    /organization/member_new/zzz /organization/bulk_process/zzz /group/new
""".split()


@pytest.mark.ckan_config("ckan.locale_default", "es")
@pytest.mark.portal
def test_no_page_mixes_languages(app: Any) -> None:
    """Every frame, list, empty state and form, with CKAN's and the extensions' own texts in them."""
    factories.Organization(name="zzz", title="Zzz", description="Zzz")
    token = factories.SysadminWithToken(fullname="Zzz")["token"]
    mixed = []
    for language, path in product(FOREIGN, [*PUBLIC, *FOR_ADMINISTRATORS]):
        headers = {"Authorization": token} if path in FOR_ADMINISTRATORS else {}
        answer = app.get(f"/{language}{path}", headers=headers)
        assert answer.status_code in ((403, 404) if path in REFUSED else (200,)), path
        reader = Words()
        reader.feed(answer.body)
        reader.close()
        for words in reader.found:
            if FOREIGN[language].search(words) and not any(right in words for right in RIGHT[language]):
                mixed.append(f"/{language}{path}: {words[:100]}")
    assert mixed == []
