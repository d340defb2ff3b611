"""Two servers behind nginx on one PostgreSQL: one is killed, and no learner loses a point."""

import json
import re
import subprocess
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from core.spec import Spec
from core.training.trainer import train
from tests.browser.app import READY, SECONDS, expect_outcome, wait_for_points
from tests.browser.replicas import ROOT, THERE, replicas, write_nginx
from tests.conftest import data_of
from tests.core.events import without_seconds

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not THERE, reason="nginx or PostgreSQL is missing: see `make test`"),
]
EPOCHS = 300


def events(server: str, token: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{server}/api/runs/{token}/events?since=0") as answer:
        return json.load(answer)


def test_a_killed_server_costs_its_learners_no_point(page: Page, tmp_path: Path):
    page.set_default_timeout(SECONDS)
    with replicas(tmp_path) as running:
        page.goto(f"{running.address}/?scale=standard&epochs={EPOCHS}&batch=8")
        page.wait_for_selector(READY)
        button = page.get_by_role("button", name=re.compile(r"\bTrain$"))
        expect(button).to_be_enabled(timeout=SECONDS)
        button.click()
        wait_for_points(page, 40)
        token = parse_qs(urlsplit(page.url).query)["run"][0]
        holder = running.holder(token)
        (other,) = set(running.servers) - {holder}
        told = events(other, token)  # which has never heard of the run before
        assert told["events"] == events(holder, token)["events"][: told["next"]]
        shown = sum(event["event"] == "epoch_ended" for event in told["events"])
        assert shown > 20
        assert running.holder(token) == holder

        running.kill(holder)
        wait_for_points(page, shown + 10)  # the page that was open goes on by itself
        assert running.holder(token) == other
        page.reload()
        wait_for_points(page, shown + 20)
        assert not events(other, token)["ended"]
        speed = page.get_by_role("combobox", name="Speed").first
        speed.press("ArrowDown")
        page.get_by_role("option", name="full speed", exact=True).click()
        expect_outcome(page, "Completed")
        wait_for_points(page, EPOCHS)
        told = events(running.address, token)["events"]

    epochs = [event["epoch"] for event in told if event["event"] == "epoch_ended"]
    assert epochs == list(range(EPOCHS))
    spec = Spec.of(told[0]["spec"])
    alone = json.loads(json.dumps(list(train(spec, data_of(spec)))))
    assert without_seconds(told) == without_seconds(alone)


def test_nginx_understands_what_is_shipped(tmp_path: Path):
    deploy = ROOT / "deploy" / "nginx"
    program = write_nginx(
        tmp_path / "nginx",
        (deploy / "listen.conf").read_text(encoding="utf-8"),
        (deploy / "servers.conf").read_text(encoding="utf-8"),
    )
    tls = tmp_path / "nginx" / "tls"
    tls.mkdir()
    made = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=x"
    subprocess.run(
        [*made.split(), "-keyout", tls / "server.key", "-out", tls / "server.crt"],
        check=True,
        capture_output=True,
    )
    said = subprocess.run(
        [*program, "-t"], capture_output=True, encoding="utf-8", check=False
    ).stderr
    assert "test is successful" in said
    assert "[warn]" not in said
