"""Mysteries by themselves: what they hide, where it shows, how a learner wins points."""

from dataclasses import replace

import pytest

from core.bugs import BUGS
from core.bugs.bug import Setting
from core.bugs.mystery import Mystery
from core.classroom.mystery import (
    CAUSES,
    HIDDEN_SETTINGS,
    STAGES,
    Secret,
    causes_in,
    is_mystery,
    mystery_id,
    stages_of,
)
from core.classroom.play import LEAST, OVER, PIECES, STAGE_FIRST, START, Play
from core.diagnosis.causes import CAUSE_BY_KEY
from core.diagnosis.conformance import STAGES as PROBED
from core.errors import InputError
from core.spec import Spec
from core.training.projection import breaks_layer

SPEC = Spec.of({"scaling": {"features": "standard"}, "bug": {"key": "mystery", "id": "x"}})
SETTING = Setting(
    features=3, rows=80, batch=32, use_bias=True, loss="mse", summed=False, scaled=True, held_out=20
)


@pytest.mark.parametrize("cause", CAUSES)
def test_each_cause_is_one_that_the_diagnosis_names_and_has_a_stage(cause):
    assert cause in CAUSE_BY_KEY
    assert set(stages_of(cause)) <= set(STAGES)
    assert all(cause in causes_in(stage) for stage in stages_of(cause))
    secret = Secret.of(cause)
    trained = secret.applied(SPEC)
    assert trained != SPEC and not is_mystery(trained)
    assert (trained.bug is None) == (cause in HIDDEN_SETTINGS)
    if trained.bug:
        assert trained.bug.finding() == cause
    assert Secret.model_validate_json(secret.model_dump_json()) == secret


def test_all_bugs_and_every_stage_can_be_a_mystery():
    assert {bug.finding() for bug in BUGS} < set(CAUSES)
    assert {stage for cause in CAUSES for stage in stages_of(cause)} == set(STAGES)
    assert set(PROBED) < set(PIECES)


def test_what_shows_nothing_is_known():
    plain = SPEC.patched({"bug": None})
    unscaled = plain.patched({"scaling": {"features": "none"}})
    assert Secret.of("features-unscaled").shows_in(plain, SETTING)
    assert not Secret.of("features-unscaled").shows_in(unscaled, SETTING)
    adam = plain.patched({"optimizer": {"key": "adam"}})
    assert not Secret.of("momentum-too-high").shows_in(adam, SETTING)
    assert Secret.of("bug:gradient-ascent").shows_in(plain, SETTING)
    one = replace(SETTING, features=1)
    assert not Secret.of("bug:wrong-feature-index").shows_in(plain, one)


def test_a_mystery_tells_nothing_of_itself_and_runs_nowhere_else():
    assert (mystery_id(SPEC), mystery_id(Spec())) == ("x", "")
    assert isinstance(SPEC.bug, Mystery) and SPEC.bug.arguments() == {}
    assert breaks_layer(SPEC), "as far as a picture may know"
    with pytest.raises(InputError, match="known to the server"):
        SPEC.bug.inject(object)
    with pytest.raises(InputError, match="cannot hide"):
        Secret.of("no-such-cause")


def test_evidence_and_wrong_guesses_cost_points():
    secret = Secret.of("bug:gradient-ascent")
    play = Play().with_piece("norms").with_piece("norms").with_piece("gradient")
    assert play.points == START - 3
    play = play.guessed("loss", secret).guessed("loss", secret)
    assert play.points == START - 3 - 2 and not play.stage
    with pytest.raises(InputError, match=STAGE_FIRST.split(":")[0]):
        play.guessed("bug:gradient-ascent", secret)
    play = play.guessed("gradient", secret).guessed("loss", secret)
    assert play.points == START - 5, "behind the right stage no other is guessed"
    play = play.guessed("bug:frozen-weights", secret)
    assert (play.points, play.solved) == (START - 8, False)
    play = play.guessed("bug:gradient-ascent", secret)
    assert (play.points, play.solved, play.over) == (START - 8, True, True)
    assert Play.from_json(play.to_json()) == play
    with pytest.raises(InputError, match=OVER):
        play.with_piece("values")
    assert play.with_piece("norms") == play, "what was bought stays"


def test_who_finds_it_at_last_has_a_point_left():
    secret, play = Secret.of("bug:gradient-ascent"), Play()
    for piece in PIECES:
        play = play.with_piece(piece)
    for stage in STAGES:
        play = play.guessed(stage, secret)
    for cause in causes_in("gradient"):
        if not play.solved:
            play = play.guessed(cause, secret)
    assert play.solved and play.points == LEAST


@pytest.mark.parametrize("word", ["", "forwards", "bug:mystery", "x" * 500])
def test_what_is_no_evidence_and_no_guess_is_refused(word):
    for act in (Play().with_piece, lambda guess: Play().guessed(guess, Secret.of(CAUSES[0]))):
        with pytest.raises(InputError, match="There is no such"):
            act(word)
