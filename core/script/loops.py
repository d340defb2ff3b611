"""Loops: run until they train, and told by what their first round does."""

import ast
from typing import Any

import numpy as np

from . import (
    arrays,
    assignment,
    builtin_calls,
    counting,
    epoch_rates,
    loop_schedule,
    operators,
    probes,
)
from .budget import REFUSED, UnreadableError
from .scope import BrokenError, ContinuedError, Scope
from .training import Loop, Training
from .values import Gradient, Obj, Unknown, Variable

MODELS = ("Sequential", "Model", "SGDRegressor", "clone_model", "make_pipeline", "Pipeline")
QUIET_CALLS = ("print", "append", "range", "len", "format", "str", "int", "float", "round", "sum")
MAX_ROUNDS = 20_000
MAX_FEEDS = 5_000
MOST_NUMBERS = 100  # that may be settings, each tried in a round
MAX_MODELS = 4  # of a loop that trains a model in each round


def run_for(machine: Any, node: ast.For, scope: Scope) -> None:
    """Runs a `for` loop round by round; one that trains, until its step is known."""
    try:
        source = machine.value(node.iter, scope)
        items = builtin_calls.items_of(machine, source)
        count: int | None = len(items)
    except UnreadableError as error:
        machine.gap(node.lineno, str(error))
        items, count = [Unknown(node.lineno, str(error))], None
    if any(isinstance(part, Gradient | Variable) for part in _parts(items[:1])):
        return _over_weights(machine, node, items, scope)
    loop = Loop(node.lineno, count, ends=leaves(node.body), end=node.end_lineno or 0)
    loop.numbers = _numbers(items)
    if count is None:
        loop.dataset = _dataset(machine, node.iter, scope)
    start, feeds, held = len(machine.trainings), [], scope.held()
    machine.running.append((node, items, scope))
    try:
        _rounds(machine, node, items, scope, loop, feeds)
    finally:
        machine.running.pop()
    for training in machine.trainings[start:]:
        training.rows_held |= not training.loops and id(training.x) in held
        training.loops.append(loop)
        loop.anew |= made_anew(node)
        _note_rates(machine, node, items, scope, training, loop)
        if feeds and not training.feeds:
            training.feeds = feeds
    if count is not None and count > MAX_ROUNDS and len(machine.trainings) == start:
        raise UnreadableError("a loop of too many rounds to be read here")


def _numbers(items: Any) -> tuple[float, ...]:
    """The numbers that a loop goes over, fractions among them; none for anything else."""
    some = items[: MOST_NUMBERS + 1]
    given = [float(item) for item in some if isinstance(item, int | float)]
    fractions = any(isinstance(item, float) for item in some)
    return tuple(given) if fractions and len({*given}) > 1 and len(given) == len(items) else ()


def _note_rates(
    machine: Any, node: ast.For, items: Any, scope: Scope, training: Training, loop: Loop
) -> None:
    """Notes whether a loop around a training changes its rate; and from epoch to epoch, to what."""
    options = training.options
    inner = options.get("node") if "schedule" in options else None
    names = loop_schedule.rates_set(node, inner)
    if loop.numbers:  # each of which is a rate by itself
        names -= loop_schedule.rates_set(node.target)
    if not names or "decay" in options:
        return
    rates = None
    if options.get("schedule") == {} and len(training.loops) == 2 and len(names) == 1:
        rates = epoch_rates.by_epoch(machine, node, inner, items, scope, min(names))
    if rates is None:
        training.moves_rate = True
    else:
        options["rates"] = rates


def _rounds(
    machine: Any, node: ast.For, items: Any, scope: Scope, loop: Loop, feeds: list[Any]
) -> None:
    """Runs the rounds of a loop, until it is known what it trains."""
    start, count = len(machine.trainings), loop.count
    for number, item in enumerate(items[:MAX_ROUNDS]):
        before = probes.Snapshot(machine, scope) if number == 0 else None
        made = len(machine.models)
        mark, shuffled, drawn = len(machine.trainings), machine.shuffles, machine.draws
        assignment.assign(machine, node.target, item, scope)
        going = _round(machine, node.body, scope)
        loop.shuffles |= machine.shuffles > shuffled
        loop.draws |= machine.draws > drawn
        met = machine.trainings[mark:]
        if met and _all_fresh(machine, met, made):
            loop.fresh = True
            if number:
                met[-1].others += machine.trainings[start:mark]
            if number < MAX_MODELS - 1 and going:
                continue
            break
        if met and not _fed_anew(met, feeds):
            if feeds:
                del machine.trainings[mark:]
            break
        if met and number:
            del machine.trainings[mark:]
        if not met and before is not None and (count is None or count > 1):
            found = probes.training_of(machine, node, items, scope, before)
            if found is not None:
                machine.trainings.append(found)
                break
        if not going or len(feeds) >= MAX_FEEDS:
            break


def _dataset(machine: Any, node: ast.expr, scope: Scope) -> Any:
    """The dataset that a loop goes over, counted or not; None for anything else."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "enumerate" and node.args:
        node = node.args[0]
    try:
        value = machine.value(node, scope)
    except REFUSED:
        return None
    return value if isinstance(value, Obj) and value.kind == "Dataset" else None


def _all_fresh(machine: Any, met: list[Any], made: int) -> bool:
    """Whether a round trained models that it made itself."""
    new = machine.models[made:]
    return all(
        training.kind == "fit" and any(training.model is model for model in new) for training in met
    )


def made_anew(node: ast.For) -> bool:
    """Whether a loop makes a model, compiles it, or tells `fit` what the round's number is."""
    targets = {item.id for item in ast.walk(node.target) if isinstance(item, ast.Name)}
    for part in (part for statement in node.body for part in ast.walk(statement)):
        if isinstance(part, ast.Call):
            name = getattr(part.func, "attr", getattr(part.func, "id", ""))
            told = {item.id for item in ast.walk(part) if isinstance(item, ast.Name)} & targets
            if name == "compile" or name in MODELS or (told and name not in QUIET_CALLS):
                return True
            if isinstance(part.func, ast.Name) and name not in QUIET_CALLS:
                return True  # a function of the program: what it makes is not looked at here
    return False


def leaves(body: list[ast.stmt]) -> int:
    """The line of a statement of a loop that may leave it; 0 for none."""
    for statement in body:
        if isinstance(statement, ast.Break | ast.Return):
            return statement.lineno
        if isinstance(statement, ast.For | ast.While | ast.FunctionDef | ast.ClassDef):
            continue
        for name in ("body", "orelse", "finalbody", "handlers"):
            inner = getattr(statement, name, None)
            if isinstance(inner, list) and (line := leaves(inner)):
                return line
    return 0


def _parts(items: Any) -> list[Any]:
    return [part for item in items for part in (item if isinstance(item, tuple) else (item,))]


def _over_weights(machine: Any, node: ast.For, items: list[Any], scope: Scope) -> None:
    """Runs a loop over weights, or over their gradients: its rounds are one step together."""
    for item in items[:MAX_FEEDS]:
        assignment.assign(machine, node.target, item, scope)
        if not _round(machine, node.body, scope):
            return


def _fed_anew(met: list[Any], feeds: list[Any]) -> bool:
    """Whether a single step was met whose placeholders are fed otherwise than before."""
    if len(met) != 1 or met[0].kind != "steps" or not met[0].feed or met[0].loops:
        return False
    if feeds and _same_feed(feeds[-1], met[0].feed):
        return False
    feeds.append(met[0].feed)
    return True


def _same_feed(a: dict[int, Any], b: dict[int, Any]) -> bool:
    return a.keys() == b.keys() and all(
        np.array_equal(np.asarray(arrays.plain(a[key])), np.asarray(arrays.plain(b[key])))
        for key in a
    )


def run_while(machine: Any, node: ast.While, scope: Scope) -> None:
    """Runs a `while` loop until it ends, or trains."""
    loop = Loop(node.lineno, None, end=node.end_lineno or 0)
    for number in range(MAX_ROUNDS):
        test = machine.value(node.test, scope)
        if isinstance(test, Unknown):
            raise UnreadableError("a loop whose end is not known")
        if not operators.truth(machine, test):
            return
        before = probes.Snapshot(machine, scope) if number == 0 else None
        if before is not None:
            loop.count, loop.ends = counting.rounds(machine, node, scope)
        trained = len(machine.trainings)
        going = _round(machine, node.body, scope)
        if len(machine.trainings) > trained:
            machine.trainings[-1].loops.append(loop)
            return
        if before is not None:
            found = probes.training_of(machine, node, [], scope, before)
            if found is not None:
                found.loops.append(loop)
                machine.trainings.append(found)
                return
        if not going:
            return
    raise UnreadableError("a loop of too many rounds to be read here")


def _round(machine: Any, body: list[ast.stmt], scope: Scope) -> bool:
    """One round of a loop; whether it goes on."""
    try:
        machine.block(body, scope)
    except ContinuedError:
        pass
    except BrokenError:
        return False
    return True
