"""The lessons, in teaching order: one file each, one line here."""

from . import (
    bug_in_the_gradient,
    bug_in_the_initialization,
    bug_in_the_layer,
    bug_in_the_loss,
    bug_in_the_pipeline,
    bug_in_the_update,
    example_1_adam,
    example_1_raw,
    example_1_standardized,
    example_2_raw,
    example_2_standardized,
    example_3_as_written,
    example_3_corrected,
    healthy,
    issue_3148,
    loss_goes_up,
    rate_below_the_limit,
    rate_too_small,
)
from .lesson import Lesson as Lesson

LESSONS: tuple[Lesson, ...] = (
    loss_goes_up.LESSON,
    rate_below_the_limit.LESSON,
    example_1_raw.LESSON,
    example_1_standardized.LESSON,
    example_1_adam.LESSON,
    example_2_raw.LESSON,
    example_2_standardized.LESSON,
    example_3_as_written.LESSON,
    example_3_corrected.LESSON,
    issue_3148.LESSON,
    rate_too_small.LESSON,
    bug_in_the_pipeline.LESSON,
    bug_in_the_initialization.LESSON,
    bug_in_the_layer.LESSON,
    bug_in_the_loss.LESSON,
    bug_in_the_gradient.LESSON,
    bug_in_the_update.LESSON,
    healthy.LESSON,
)
LESSON_BY_KEY = {lesson.key: lesson for lesson in LESSONS}
