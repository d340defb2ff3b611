"""A learner's ways through the app, in a real browser, on a real server that really trains."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.app import (
    READY,
    SECONDS,
    Server,
    button,
    expect_outcome,
    open_page,
    trace_values,
    wait_for_points,
)

pytestmark = pytest.mark.browser
TABLE = "hours,score\n" + "\n".join(f"{i},{2 * i + 1}" for i in range(1, 31))


@pytest.fixture
def lab(browser: Browser, server: Server) -> Iterator[Page]:
    page = open_page(browser, server.address)
    expect(button(page, "Train")).to_be_enabled(timeout=SECONDS)
    yield page
    page.context.close()


def paused_at(page: Page) -> int:
    """The number of epochs of a paused run, once all of them are drawn."""
    expect(sentence(page)).to_contain_text("Paused.")
    address = urlsplit(page.url)
    (token,) = parse_qs(address.query)["run"]
    answer = page.request.get(f"http://{address.netloc}/api/runs/{token}/events?brief=1").json()
    count = sum(event["event"] == "epoch_ended" for event in answer["events"])
    wait_for_points(page, count)
    return count


def sentence(page: Page) -> Locator:
    return page.locator(".sentence-words")


def choose(page: Page, label: str, option: str) -> None:
    box = page.get_by_role("combobox", name=re.compile(label)).first
    box.scroll_into_view_if_needed()  # a menu closes when the page moves under it
    expect(box).to_be_in_viewport(ratio=0.9)
    box.press("ArrowDown")
    box.press_sequentially(option)  # a long menu draws only the options in sight
    page.get_by_role("option", name=option, exact=True).click()


def full_speed(page: Page) -> None:
    choose(page, "Speed", "full speed")


def test_open_train_see_it_explode_then_standardize_and_see_it_fall(lab: Page):
    lab.emulate_media(reduced_motion="no-preference")
    expect(lab.get_by_text("Prediction: diverges.")).to_be_visible()
    button(lab, "Train").click()
    wait_for_points(lab, 5)
    early = len(trace_values(lab))
    wait_for_points(lab, early + 5)  # it grows while it is watched
    expect_outcome(lab, "Diverged.")
    losses = trace_values(lab)
    assert losses[10] / losses[9] == pytest.approx(3.5547, rel=1e-3)
    lab.get_by_role("button", name="Standardize the features").click()
    expect(lab.get_by_text("Not trained yet")).to_be_visible()
    expect(lab.get_by_text("Prediction: slow.")).to_be_visible()
    button(lab, "Train").click()
    expect_outcome(lab, "Completed")
    losses = trace_values(lab)
    assert len(losses) == 101  # and the start
    assert losses == sorted(losses, reverse=True)
    assert len(trace_values(lab, "previous run")) > 5
    expect(lab.get_by_text("Changed since the run before")).to_be_visible()


def test_a_bug_is_injected_and_its_line_is_shown_beside_the_right_one(lab: Page):
    lab.get_by_role("button", name="Standardize the features").click()
    expect(lab.get_by_text("Prediction: slow.")).to_be_visible()
    choose(lab, "Inject a bug", "Gradient ascent · gradient")
    expect(lab.get_by_text("TrainingStep.gradients, correct")).to_be_visible()
    full_speed(lab)
    button(lab, "Train").click()
    expect_outcome(lab, "Diverged.")
    losses = trace_values(lab)
    assert losses[20] > losses[0]


def test_pause_step_resume_and_stop(lab: Page):
    choose(lab, "Speed", "4 epochs/s")
    button(lab, "Train").click()
    wait_for_points(lab, 2)
    button(lab, "Pause").click()
    expect(button(lab, "Resume")).to_be_visible()
    before = paused_at(lab)
    button(lab, "One step").click()
    wait_for_points(lab, before + 1)
    expect(sentence(lab)).to_contain_text(re.compile(rf"Paused\. epoch {before + 1} of"))
    assert paused_at(lab) == before + 1
    button(lab, "Resume").click()
    wait_for_points(lab, before + 4)
    button(lab, "Stop").click()
    expect_outcome(lab, "Stopped")


def test_reload_in_mid_run_comes_back_to_every_point(lab: Page):
    choose(lab, "Speed", "4 epochs/s")
    button(lab, "Train").click()
    wait_for_points(lab, 4)
    lab.reload()
    wait_for_points(lab, 6)
    start = lab.evaluate("document.querySelector('.js-plotly-plot') !== null")
    assert start
    losses = trace_values(lab)
    assert losses[0] == pytest.approx(323.3, rel=1e-2)
    assert losses == sorted(losses)
    button(lab, "Stop").click()
    expect_outcome(lab, "Stopped")


def test_a_link_opens_the_same_lab_in_another_browser(lab: Page, browser: Browser, server: Server):
    lab.get_by_role("button", name="Standardize the features").click()
    expect(lab.get_by_text("Prediction: slow.")).to_be_visible()
    choose(lab, "Optimizer", "adam")
    lab.wait_for_url(re.compile("optimizer=adam"))
    full_speed(lab)
    button(lab, "Train").click()
    expect_outcome(lab, "Completed")
    other = open_page(browser, lab.url)
    expect_outcome(other, "Completed")
    wait_for_points(other, 100)
    assert trace_values(other) == trace_values(lab)
    assert other.get_by_role("combobox", name=re.compile("Optimizer")).input_value() == "adam"
    other.context.close()


def test_upload_a_table_and_train_on_it(lab: Page):
    lab.get_by_text("Use your own table").click()
    upload = lab.locator("input[type=file]")
    upload.set_input_files({"name": "hours.csv", "mimeType": "text/csv", "buffer": TABLE.encode()})
    expect(lab.get_by_text("Your table hours.csv")).to_be_visible()
    full_speed(lab)
    button(lab, "Train").click()
    expect_outcome(lab, "Diverged.")


def test_a_file_that_is_no_table_gets_one_clear_sentence(lab: Page):
    lab.get_by_text("Use your own table").click()
    lab.locator("input[type=file]").set_input_files(
        {"name": "picture.csv", "mimeType": "text/csv", "buffer": b"\x89PNG\r\n\x1a\n\0\0\0"}
    )
    alert = lab.get_by_role("alert").first
    expect(alert).to_contain_text("picture.csv")
    assert "Traceback" not in alert.inner_text()
    expect(button(lab, "Train")).to_be_enabled()


def test_a_link_with_impossible_values_says_so_and_still_opens(browser: Browser, server: Server):
    page = browser.new_context().new_page()
    page.set_default_timeout(SECONDS)
    page.goto(f"{server.address}/?epochs=1000000000&optimizer=nonsense")
    page.wait_for_selector(READY)
    expect(page.get_by_text("Epochs must be at most 100000").first).to_be_visible()
    expect(page.get_by_text("which is not one of")).to_be_visible()
    expect(button(page, "Train")).to_be_disabled()
    before = sentence(page).bounding_box()
    button(page, "Got it").click()
    expect(page.get_by_text("which is not one of")).to_have_count(0)
    assert sentence(page).bounding_box() == before  # the words lay over the page
    page.context.close()


def test_findings_name_the_cause_and_run_beside_cures_it(lab: Page):
    full_speed(lab)
    button(lab, "Train").click()
    expect_outcome(lab, "1.44 × the largest stable one")
    remedy = "Lower the learning rate to 0.00347"
    expect(lab.get_by_text(remedy).first).to_be_visible(timeout=SECONDS)
    expect(lab.get_by_text("no longer diverges; near the optimum after").first).to_be_visible()
    button(lab, "Run beside").first.click()
    expect_outcome(lab, "Completed")
    lab.wait_for_url(re.compile("learning_rate=0.00347"))
    wait_for_points(lab, 100, remedy)
    assert trace_values(lab, remedy)[-1] < 0.01
    before = trace_values(lab, "as it was")
    assert before[3] > before[0]
    expect(lab.locator(".live-chart").first).to_be_in_viewport()
    button(lab, "Undo").click()
    lab.wait_for_url(re.compile("^((?!learning_rate=0.00347).)*$"))


def test_the_prediction_moves_with_the_slider(lab: Page):
    said = sentence(lab)
    slider = lab.get_by_role("slider", name="Learning rate")
    expect(lab.get_by_text("1.44 × largest stable 0.00693")).to_be_visible()
    for _ in range(8):  # 5 % each: 0.01 · 0.95238^8 = 0.00677
        slider.press("ArrowLeft")
    expect(said).to_contain_text("Your rate 0.00677 is 0.977 × the largest stable one")
    expect(lab.get_by_text("Prediction: diverges.")).to_have_count(0)
    field = lab.get_by_role("spinbutton", name=re.compile("Learning rate"))
    expect(field).to_have_value("0.00677")
    field.fill("0.005")
    field.press("Enter")
    expect(said).to_contain_text("Your rate 0.005 is 0.721 × the largest stable one")
    expect(slider).to_have_attribute("aria-valuetext", "0.005, 0.721 × the largest stable one")
    lab.wait_for_url(re.compile("learning_rate=0.005"))


def test_the_range_test_is_drawn_against_the_critical_rate(lab: Page):
    lab.get_by_text("Learning-rate range test").click()
    chart = lab.locator(".st-key-finished-range_test .js-plotly-plot")
    expect(chart.get_by_text("largest stable").first).to_be_visible()
    expect(chart.get_by_text("rule of thumb").first).to_be_visible()
