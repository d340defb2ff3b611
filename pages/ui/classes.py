"""The class that this tab is in: found by its learner, joined, left, asked, changed."""

from collections.abc import Callable
from contextlib import suppress

from core.classroom.state import ClassState, Push
from core.errors import InputError
from core.spec import Spec
from core.store import store
from core.store.classes import ClassView
from core.web.class_cache import class_cache
from core.web.tickets import Role, Ticket
from pages.ui.class_tab import ClassTab
from pages.ui.learner import learner_id
from pages.ui.state import session


def class_tab() -> ClassTab:
    """What this tab knows of its class; found out once by the learner's cookie."""
    tab = session().classroom
    if not tab.looked_up:
        with suppress(InputError):  # the database is out of reach: at the next script run
            _look_up(tab)
            tab.looked_up = True
    return tab


def current_class() -> ClassView | None:
    """The class of this tab, as it stands; None for none, or where it is out of reach."""
    tab = class_tab()
    if not tab.class_id:
        return None
    try:
        view = class_cache().get(tab.class_id)
    except InputError:
        return None
    if view is None or not _still_teaches(view):
        leave_class()
        return None
    return view


def is_out_of_reach() -> bool:
    """Whether a class that this tab is in, or may be in, cannot be looked up just now."""
    tab = class_tab()
    return not tab.looked_up or tab.class_id != ""


def joined_class() -> ClassView | None:
    """The class that this tab follows as a learner and that goes on; None for none."""
    if class_tab().role != "learner":
        return None
    view = current_class()
    return view if view and not view.state.ended else None


def taught_class() -> ClassView | None:
    """The class that this tab teaches; None for none."""
    return current_class() if class_tab().role == "teacher" else None


def enter_as_teacher(class_id: str) -> None:
    """Makes this tab the teacher's."""
    session().classroom = ClassTab(looked_up=True, class_id=class_id, role="teacher")


def enter_as_learner(class_id: str, name: str) -> None:
    """Joins a class in this tab; raises `InputError` as `Members.join` does."""
    member = store().members.join(class_id, learner_id(), name)
    tab = ClassTab(looked_up=True, class_id=class_id, number=member.number, name=member.name)
    tab.trained = member.trained
    session().classroom = tab


def leave_class() -> None:
    """This tab follows and teaches no class any more."""
    session().classroom = ClassTab(looked_up=True)


def change_class(act: Callable[[ClassState], ClassState]) -> None:
    """Changes the class that this tab teaches; raises `InputError` as `Classes.change` does."""
    if view := taught_class():
        class_cache().put(store().classes.change(view.id, act))


def ticket(view: ClassView, role: Role) -> str:
    """What a script of the page asks for the class with."""
    return Ticket(role, view.id, view.epoch).sign()


def pushed_spec(view: ClassView | None) -> Spec | None:
    """The set-up that the teacher has given to everybody; None before the first."""
    if view is None or view.state.push is None:
        return None
    with suppress(InputError):  # made by another version of this program
        return Spec.of(view.state.push.spec)
    return None


def hidden_by_class() -> tuple[str, ...]:
    """Names of the controls that the teacher has left out; `*` for all of them."""
    push = _push_here()
    if push is None:
        return ()
    return ("*",) if push.locked else push.hide


def is_locked() -> bool:
    """Whether this learner may change no setting of the teacher's."""
    push = _push_here()
    return push is not None and push.locked


def why_not_train() -> str:
    """Why this learner may not train now, in a sentence; empty where they may."""
    view = joined_class()
    if view is None:
        return ""
    if paused := why_paused():
        return paused
    question = view.state.question
    if question and question.gate and question.open:
        number = len(view.state.questions)
        with suppress(InputError):
            if (number, question.round) not in own_answers(view):
                return "Answer the question first: what do you think will happen?"
    return ""


def why_paused() -> str:
    """That the teacher has paused the class of this learner; empty where nobody has."""
    view = joined_class()
    return "The teacher has paused the class." if view and view.state.paused else ""


def own_answers(view: ClassView) -> dict[tuple[int, int], int | list[int]]:
    """This learner's answers, by question and round."""
    return store().members.own_answers(view.id, learner_id())


def allowed_spec(spec: Spec) -> Spec:
    """What this learner may train: the teacher's set-up where it is locked."""
    return (pushed_spec(joined_class()) or spec) if is_locked() else spec


def note_run(token: str = "") -> None:
    """Tells the class of a run that this learner has started, or of one that it was not told of.

    Where the database cannot be written it is told at a later script run.
    """
    tab = class_tab()
    tab.unnoted = token or tab.unnoted
    if tab.unnoted and (view := joined_class()):
        with suppress(InputError):
            store().members.set_run(view.id, learner_id(), tab.unnoted)
            tab.unnoted = ""


def must_train() -> bool:
    """Whether the teacher has just pressed Train for everybody; true in one tab of a learner."""
    view, tab = joined_class(), class_tab()
    if view is None or view.state.paused or view.state.train <= tab.trained:
        return False
    with suppress(InputError):  # the database cannot be written: at the next script run
        claimed = store().members.claim_train(view.id, learner_id(), view.state.train)
        tab.trained = view.state.train
        return claimed
    return False


def _push_here() -> Push | None:
    """The teacher's set-up that this learner's lab has taken over; None for none."""
    view = joined_class()
    push = view.state.push if view else None
    return push if push and push.number == class_tab().pushed else None


def _look_up(tab: ClassTab) -> None:
    """Finds the class that a new tab's learner is in; who teaches one and later joined another
    has come to learn."""
    learner = learner_id()
    taught = next((v for v in store().classes.owned(learner) if not v.state.ended), None)
    joined = store().members.class_of(learner)
    member = store().members.member(joined, learner) if joined else None
    if taught and (member is None or joined == taught.id or member.joined_at <= taught.opened_at):
        tab.class_id, tab.role = taught.id, "teacher"
    elif member:
        tab.class_id, tab.number, tab.name = joined, member.number, member.name
        tab.trained, tab.taken = member.trained, member.pushed


def _still_teaches(view: ClassView) -> bool:
    """Whether this tab may stay in its class: who came by a teacher's link of before may not."""
    tab = class_tab()
    if tab.role == "learner" or tab.epoch == view.epoch:
        return True
    with suppress(InputError):  # without the database nothing of the class can be changed either
        if not store().classes.is_teacher(view.id, learner_id()):
            return False
        tab.epoch = view.epoch
    return True
