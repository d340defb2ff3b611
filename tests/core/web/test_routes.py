"""The routes beside the pages, called as a server calls them."""

import gzip
import math
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import orjson
import plotly
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from starlette.applications import Starlette

import core.web.routes
from core.errors import InputError, UnavailableError
from core.events import PROBE_ARRAYS, encode, failed
from core.service.run_log import RunLog, RunLogs
from core.service.service import Service
from core.service.structured_log import log_run_ended
from core.settings import settings
from core.spec import Spec
from core.store import Store
from core.system import missing
from core.web.metrics import exposition
from core.web.polls import Polls
from core.web.routes import PLOTLY_URL, ROUTES
from tests.core.web.asgi import Answer, request

APP = Starlette(routes=ROUTES)
NOTHING = Starlette()  # answers 404
TOKEN = "a-token"
STARTED = {"event": "run_started", "epochs": 2, "full_loss": 1.0}
EPOCH = {"event": "epoch_ended", "epoch": 0, "loss": "inf", "val_loss": "nan"}
PROBE: dict[str, Any] = {"event": "probe", "step": 0, "loss": "-inf", "stats": {"inputs": {}}}
PROBE |= {key: [1.0] for key in PROBE_ARRAYS}
EVENTS = [STARTED, PROBE, EPOCH]


def get(url: str, method: str = "GET") -> Answer:
    return request(APP, url, method)


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[RunLog]:
    """The log of a run that some service without workers knows."""
    service = Service(0)
    log = service._logs[TOKEN] = RunLog(Spec(), None)
    for event in EVENTS:
        log.append(encode(event))
    monkeypatch.setattr("core.web.routes.service", lambda: service)
    yield log
    service.close()  # else its thread asks for settings that another test has put wrong


@pytest.mark.parametrize("url", ["?since=1", "", "?since=0&brief=1", "?since=x"])
def test_polls_get_the_same_answers_the_short_way(log, url):
    found = request(Polls(NOTHING), f"/api/runs/{TOKEN}/events{url}")
    expected = get(f"/api/runs/{TOKEN}/events{url}")
    assert found == expected._replace(headers=expected.headers | {"vary": "Accept-Encoding"})
    assert request(Polls(APP), f"/api/runs/{TOKEN}/events{url}", "HEAD").status in (200, 400)


def test_what_is_no_poll_goes_the_long_way(log):
    for url, method in ((f"/api/runs/{TOKEN}", "GET"), (f"/api/runs/{TOKEN}/events", "POST")):
        assert request(Polls(NOTHING), url, method).status == 404
    assert request(Polls(NOTHING), "/api/runs/unknown/events").status == 404


def test_a_long_answer_is_compressed_for_who_takes_it(log):
    for _ in range(200):
        log.append(encode(EPOCH))
    url, takes = f"/api/runs/{TOKEN}/events", {"accept-encoding": "gzip"}
    plain, packed = get(url), request(Polls(NOTHING), url, headers=takes)
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) == len(packed.body) < len(plain.body) / 4
    assert gzip.decompress(packed.body) == plain.body
    few = request(Polls(NOTHING), f"{url}?since=200", headers=takes)
    assert "content-encoding" not in few.headers


@pytest.mark.parametrize("since", [0, 1, 2, 3, 99, -5])
def test_events_from_a_number_on(log, since):
    answer = get(f"/api/runs/{TOKEN}/events?since={since}")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    assert told["events"] == EVENTS[max(since, 0) :]
    assert (told["next"], told["ended"], told["state"]) == (3, False, "running")


def test_without_since_all_events_come(log):
    assert get(f"/api/runs/{TOKEN}/events").json()["events"] == EVENTS


def test_reading_changes_nothing(log):
    assert get(f"/api/runs/{TOKEN}/events") == get(f"/api/runs/{TOKEN}/events")


def test_the_end_is_told(log):
    log.append(encode(failed("Because.")))
    told = get(f"/api/runs/{TOKEN}/events?since=3").json()
    assert [event["reason"] for event in told["events"]] == ["Because."]
    assert (told["next"], told["ended"], told["state"]) == (4, True, "ended")


def test_brief_drops_the_arrays_and_keeps_the_numbers(log):
    brief = get(f"/api/runs/{TOKEN}/events?since=0&brief=1").json()["events"]
    assert [brief[0], brief[2]] == [STARTED, EPOCH]
    assert brief[1] == {key: value for key, value in PROBE.items() if key not in PROBE_ARRAYS}
    assert brief[1]["stats"] == {"inputs": {}}


def test_values_that_are_not_finite_are_valid_json(log):
    values = [math.nan, math.inf, -math.inf]
    log.append(orjson.dumps({"event": "epoch_ended", "values": values}))
    assert get(f"/api/runs/{TOKEN}/events?since=2").json()["events"][0]["loss"] == "inf"


@pytest.mark.parametrize("since", ["x", "1.5", "", "1e3", "9" * 5000])
def test_a_bad_number_is_refused_in_one_sentence(log, since):
    answer = get(f"/api/runs/{TOKEN}/events?since={since}")
    assert answer.status == 400
    assert answer.json()["error"].startswith("`since` must be a whole number. Received: '")
    assert len(answer.body) < 200


@pytest.mark.parametrize("token", ["other", "a-token-", "..", "%00", "a" * 4000])
def test_an_unknown_token_is_not_found(log, token):
    answer = get(f"/api/runs/{token}/events?since=0")
    assert answer.status == 404
    assert "not known here" in answer.json()["error"]
    with pytest.raises(InputError):
        Service(0).log(token)


def test_a_run_that_is_no_longer_in_memory_is_answered_from_the_store(tmp_path, monkeypatch):
    token = "t" * 22
    store = Store(f"sqlite:///{tmp_path}/runs.sqlite")
    monkeypatch.setattr("core.web.routes.service", lambda: service)
    try:
        store.add_run(token, Spec())
        for event in [*EVENTS, failed("Because.")]:
            store.append_event(token, encode(event))
        assert store.writer.flush(20)
        for service in (Service(0, store), Service(0, store)):
            told = get(f"/api/runs/{token}/events?since=1").json()
            assert told["events"] == [*EVENTS[1:], failed("Because.")]
            assert (told["next"], told["ended"], told["state"]) == (4, True, "ended")
            assert service.in_memory(token)
            assert get(f"/api/runs/{'u' * 22}/events").status == 404
    finally:
        store.close()


def test_only_what_a_restart_cannot_lose_is_told(log, monkeypatch):
    class Slow:
        durable_count = staticmethod({TOKEN: 2}.get)

    monkeypatch.setattr(core.web.routes.service(), "_store", Slow())
    told = get(f"/api/runs/{TOKEN}/events").json()
    assert (told["events"], told["next"]) == (EVENTS[:2], 2)
    log.append(encode(failed("Because.")))
    told = get(f"/api/runs/{TOKEN}/events?since=1").json()
    assert (told["events"], told["ended"]) == (EVENTS[1:2], False)
    told = get(f"/api/runs/{TOKEN}/events?since=3").json()  # while the store was out of reach
    assert (told["events"], told["next"], told["ended"]) == ([], 3, False)


def test_who_has_seen_more_than_is_here_goes_on_where_they_are(log, monkeypatch):
    """Of a run of another server the last events may not be in the database yet."""
    service = core.web.routes.service()
    monkeypatch.setattr(service, "_logs", RunLogs())
    monkeypatch.setattr(service, "_remote_runs", SimpleNamespace(log=lambda token: log))
    told = get(f"/api/runs/{TOKEN}/events?since=9").json()
    assert (told["events"], told["next"], told["ended"]) == ([], 9, False)
    log.append(encode(failed("Because.")))
    told = get(f"/api/runs/{TOKEN}/events?since=9").json()
    assert (told["events"], told["next"], told["ended"]) == ([], 4, True)


def test_a_database_out_of_reach_does_not_make_a_run_unknown(log, monkeypatch):
    def gone(*_: Any) -> None:
        raise UnavailableError("The database cannot be reached.")

    monkeypatch.setattr(core.web.routes.service(), "log", gone)
    assert get(f"/api/runs/{TOKEN}/events").status == 503


def test_what_was_told_while_the_database_was_out_of_reach_is_told_again(log, monkeypatch):
    class Slow:
        durable = None  # out of reach: all is told
        durable_count = staticmethod(lambda token: Slow.durable)

    monkeypatch.setattr(core.web.routes.service(), "_store", Slow())
    log.append(encode(failed("Because.")))
    url = f"/api/runs/{TOKEN}/events"
    assert (whole := get(url).json())["ended"] and len(whole["events"]) == 4
    Slow.durable = 2  # it is back, and not yet up to date
    assert get(url).json() == whole


@pytest.mark.parametrize(("slug", "to"), [("abc-_123", "abc-_123"), ("a&b#c", "a%26b%23c")])
def test_a_short_link_leads_to_its_page(slug, to):
    answer = get(f"/s/{slug}")
    assert (answer.status, answer.headers["location"]) == (307, f"/shared?share={to}")


def test_health(log):
    answer = get("/api/health")
    assert answer.status == 200
    told = answer.json()
    assert told["status"] == "ok"
    assert (told["workers"], told["workers_ready"]) == (0, 0)
    assert (told["runs"], told["runs_live"]) == (1, 1)
    assert told["missing"] == missing()
    assert (told["queue"], told["runs_training"], told["worker_deaths"]) == (0, 0, 0)
    assert told["store"] == "none"


def test_metrics_are_off_unless_asked_for(log, monkeypatch):
    assert get("/api/metrics").status == 404
    monkeypatch.setenv("UPHILL_METRICS", "1")
    settings.cache_clear()
    answer = get("/api/metrics")
    settings.cache_clear()
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    read = {family.name: family for family in text_string_to_metric_families(answer.body.decode())}
    assert read["uphill_runs"].samples[0].value == 1
    assert read["uphill_queue"].samples[0].value == 0
    assert read["uphill_store_up"].samples[0].value == 0
    assert read["uphill_worker_deaths"].type == "counter"
    assert TOKEN not in answer.body.decode()


def test_metrics_count_outcomes(log, monkeypatch):
    service = Service(0)
    service.outcomes.update(["completed", "completed", "diverged"])
    text = exposition(lambda: service).decode()
    assert 'uphill_runs_ended_total{outcome="completed"} 2.0' in text
    assert text.endswith("# EOF\n")


def test_the_log_has_one_line_a_run_without_data_or_token(caplog):
    spec = Spec().patched({"data": {"source": "upload-" + "A" * 22, "target": "salary"}})
    ended = RunLog(spec, None)
    ended.append(encode(STARTED | {"rows": 3, "features": ["age"], "target": "salary"}))
    ended.append(encode(failed("Because age was wrong.")))
    with caplog.at_level("INFO", "uphill.runs"):
        assert log_run_ended(ended) == "failed"
    (line,) = (orjson.loads(record.message) for record in caplog.records)
    assert (line["run"], line["rows"], line["features"]) == ("failed", 3, 1)
    assert line["own_table"] is True
    assert not any(word in caplog.text for word in ("AAAA", "salary", "age", "Because"))


def test_the_chart_library_comes_from_the_package_and_may_be_kept_for_a_year():
    answer = get(PLOTLY_URL)
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert b"plotly.js v" in answer.body[:200]
    assert answer.headers["vary"] == "Accept-Encoding"
    assert len(answer.body) > 1_000_000
    assert plotly.__version__ in PLOTLY_URL


def test_another_version_of_the_chart_library_is_not_found():
    assert get("/api/plotly/0.0.1.js").status == 404


@pytest.mark.parametrize("url", [f"/api/runs/{TOKEN}/events", "/api/health", PLOTLY_URL])
def test_nothing_can_be_written(log, url):
    assert get(url, "POST").status == 405
