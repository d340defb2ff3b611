"""Two directions of the weights, over which the loss is drawn as a surface."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..theory.extremes import ExtremeSection
from ..theory.section import Section, directions_of, steepest_and_flattest
from .scene import Scene, short

ROOM = 1.6  # times the way from the start to the best weights: a step that overshoots is seen
LONGEST = 10.0  # times as long as wide an ellipse may look, before an axis is stretched
STEEP, FLAT = "steepest direction", "flattest direction"
BOTH = "steepest and flattest"


@dataclass(frozen=True, eq=False)
class Plane:
    """A plane through the weights, with places counted from weights of 0.

    Attributes:
        name: As a menu has it.
        names, titles: Of the axes, short and as they are written beside them.
        directions: Orthonormal, shape (2, p).
        section: Of the loss; None where it is not quadratic.
        start, best: Places, shape (2,); None where not known.
        update: The first step for a learning rate of 1, shape (2,).
        frame: Ranges of the two axes.
        floor: The lowest loss of the plane through the start, above that at the start.
    """

    name: str
    names: tuple[str, str]
    titles: tuple[str, str]
    directions: np.ndarray
    section: Section | None
    start: np.ndarray
    best: np.ndarray | None
    update: np.ndarray | None
    frame: tuple[tuple[float, float], tuple[float, float]]
    floor: float

    @classmethod
    def of(
        cls,
        scene: Scene,
        name: str,
        names: tuple[str, str],
        titles: tuple[str, str],
        directions: np.ndarray,
    ) -> "Plane":
        """The plane of a scene along two directions."""
        section = scene.section(directions)
        start = directions @ scene.start
        best = None if scene.best is None else directions @ scene.best
        update = None if scene.update is None else directions @ scene.update
        floor = 0.0
        if section is not None:
            down = np.linalg.lstsq(section.hessian, -section.slope(scene.start), rcond=None)[0]
            floor = float(section.rise(scene.start, down))
        frame = _frame(start, best, None if section is None else section.hessian)
        return cls(
            name,
            names,
            titles,
            directions,
            section,
            start,
            best,
            update,
            frame,
            floor,
        )

    @classmethod
    def along(cls, extremes: ExtremeSection) -> "Plane":
        """The plane of a table with many columns, of which only places are known."""
        section, start = extremes.section, extremes.start
        frame = _frame(start, extremes.best, section.hessian)
        down = np.linalg.lstsq(section.hessian, -extremes.slope, rcond=None)[0]
        floor = float(section.rise(start, down))
        both, whole = (STEEP, FLAT), np.eye(2)
        known = start, extremes.best, extremes.update
        return cls(BOTH, both, both, whole, section, *known, frame, floor)

    def loss_over(self, scene: Scene, places: np.ndarray) -> np.ndarray | None:
        """The loss at places (…, 2) of the plane through the start, above that at the start."""
        if self.section is not None:
            through = scene.extremes.start if scene.extremes else scene.start
            return self.section.rise(through, places - self.start)
        if scene.rows_loss is None:
            return None
        weights = scene.start + (places - self.start) @ self.directions
        return scene.rows_loss.at(weights) - scene.rows_loss.at(scene.start)

    def told(self, scene: Scene) -> dict[str, Any]:
        """What the browser needs of it."""
        whole, section = scene.told_whole, self.section
        return {
            "name": self.name,
            "axes": [{"name": n, "title": t} for n, t in zip(self.names, self.titles, strict=True)],
            "directions": short(self.directions) if whole else None,
            "start": short(self.start),
            "best": None if self.best is None else short(self.best),
            "update_per_rate": None if self.update is None else short(self.update),
            "hessian": None if section is None else short(section.hessian),
            "gradient_rows": short(section.gradient_rows) if whole and section else None,
            "frame": {"x": short(self.frame[0]), "y": short(self.frame[1])},
        }


def planes(scene: Scene) -> list[Plane]:
    """The planes of a scene, the one that is shown first first; none with one weight, or
    where the first ones are not finite."""
    if scene.extremes:
        return [Plane.along(scene.extremes)]
    if scene.problem is None or scene.problem.size < 2 or not np.isfinite(scene.start).all():
        return []
    spectrum = scene.problem.spectrum
    chosen = steepest_and_flattest(spectrum)
    both = STEEP, FLAT
    made = [Plane.of(scene, BOTH, both, both, directions_of(spectrum.eigenvectors, chosen))]
    if scene.told_whole and len(scene.names) == 2:
        (a, b), (c, d) = scene.names, scene.titles
        made.insert(0, Plane.of(scene, f"{a} and {b}", (a, b), (c, d), np.eye(2)))
    return made


def _frame(
    start: np.ndarray, best: np.ndarray | None, hessian: np.ndarray | None
) -> tuple[tuple[float, float], tuple[float, float]]:
    """The ranges of the two axes: of one scale, unless an ellipse would be too thin to be seen."""
    centre = start if best is None else best
    far = np.abs(start - centre)
    half = np.full(2, ROOM * (far.max() or 1.0))
    if hessian is not None and np.linalg.det(hessian) > 0:
        extent = np.sqrt(np.diag(np.linalg.inv(hessian)))
        thin = LONGEST * extent / extent.max()
        half = np.maximum(ROOM * far, half * np.minimum(thin, 1.0))
    (a, b), (c, d) = (centre - half).tolist(), (centre + half).tolist()
    return (a, c), (b, d)
