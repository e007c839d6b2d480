"""CKAN's own suites, from its wheel, on the postgres engine: as many pass as on Solr; the rest is listed with reasons.

They rebuild the database again and again, so they run in a process of their own, in a schema of their own of the test
database (nothing more than the right to create a schema is needed), which goes away afterwards.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import ckan.model as model
import pytest
import sqlalchemy as sa
import yaml
from ckan.common import config

ROOT = Path(__file__).resolve().parents[2]
DECLARED = yaml.safe_load((Path(__file__).parent / "ckan_suites.yaml").read_text(encoding="utf-8"))
EXCEPTIONS = [entry["test"] for entry in DECLARED["exceptions"]]
SCHEMA = "ckan_suites"
MINUTES = 12


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    """The environment of a process whose tables live in a schema that only it uses."""
    engine: Any = model.meta.engine
    with engine.begin() as connection:
        connection.execute(sa.text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))
        connection.execute(sa.text(f"CREATE SCHEMA {SCHEMA}"))
    url = str(config["sqlalchemy.url"])
    own = f"{url}{'&' if '?' in url else '?'}options=-csearch_path={SCHEMA}"
    variables = {**os.environ, "CKAN_SQLALCHEMY_URL": own}
    prepare = [str(Path(sys.executable).with_name("ckan")), "-c", "test.ini", "db", "upgrade"]
    subprocess.run(prepare, cwd=ROOT, env=variables, check=True, capture_output=True, timeout=300)
    yield variables
    with engine.begin() as connection:
        connection.execute(sa.text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))


def ran(suite: dict[str, Any], environment: dict[str, str], report: Path) -> dict[str, list[str]]:
    """The tests of a suite by outcome: passed, failed, skipped."""
    command = [sys.executable, "-m", "pytest", "--ckan-ini=test.ini", "-q", f"--junitxml={report}", "-p", "no:randomly"]
    selection = ["-k", suite["keyword"]] if "keyword" in suite else []
    done = subprocess.run(
        [*command, *selection, "--pyargs", *suite["modules"]],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=MINUTES * 60,
        check=False,
    )
    assert report.exists(), done.stdout[-3000:] + done.stderr[-3000:]
    found: dict[str, list[str]] = {"passed": [], "failed": [], "skipped": []}
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        name = f"{case.get('classname', '').replace('.', '/')}::{case.get('name')}"
        kinds = {child.tag for child in case}
        outcome = "failed" if kinds & {"failure", "error"} else "skipped" if "skipped" in kinds else "passed"
        found[outcome].append(name)
    return found


def is_exception(test: str, exception: str) -> bool:
    """Is this one of the declared exceptions? Both end in the same class (or module) and test."""
    place, _, name = exception.rpartition("::")
    return test.endswith(f"::{name}") and place.removesuffix(".py").split("/")[-1] in test.rpartition("::")[0].split(
        "/"
    )


@pytest.mark.parametrize("suite", DECLARED["suites"], ids=lambda suite: suite["name"])
def test_ckans_own_suite(suite: dict[str, Any], environment: dict[str, str], tmp_path: Path) -> None:
    found = ran(suite, environment, tmp_path / "report.xml")
    unexplained = [test for test in found["failed"] if not any(is_exception(test, name) for name in EXCEPTIONS)]
    assert unexplained == []
    assert len(found["passed"]) >= suite["at_least"], {kind: len(tests) for kind, tests in found.items()}
    print({kind: len(tests) for kind, tests in found.items()})


def test_every_exception_has_its_reason() -> None:
    assert all(entry["reason"].strip() for entry in DECLARED["exceptions"])
    assert len(set(EXCEPTIONS)) == len(EXCEPTIONS)
