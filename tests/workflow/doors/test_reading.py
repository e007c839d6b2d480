"""What is not public is given to nobody outside, by no action and by no address."""

from __future__ import annotations

import time

import pytest

from tests.workflow.doors.asking import calls, doors, outcome
from tests.workflow.doors.scene import OUTSIDERS, Planted

pytestmark = pytest.mark.gated


def test_actions(planted: Planted) -> None:
    heard, n = [], 0
    t0 = time.time()
    slow = {}
    broken = set()
    for action, entries in doors("actions")["reads"].items():
        for kind, parameters in calls(planted, entries):
            for role in OUTSIDERS:
                t = time.time()
                sign, answer = outcome(planted, action, role, parameters)
                slow[action] = slow.get(action, 0) + time.time() - t
                n += 1
                if sign == "!":
                    broken.add((action, str(parameters)[:60], answer[:100]))
                if found := planted.heard(answer, str(parameters)):
                    heard.append(f"{role}: {action}({parameters}): {sorted(found)[:4]}")
    print(n, time.time() - t0, sorted(slow.items(), key=lambda x: -x[1])[:12])
    print(*broken, sep="\n")
    assert not heard, "\n" + "\n".join(heard)
