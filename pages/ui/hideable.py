"""The lab's controls that a link, or a teacher, may leave out."""

HIDEABLE = {
    "lessons": "Lessons",
    "data": "Data",
    "scaling": "Scaling",
    "bug": "Bug",
    "layer": "Layer",
    "optimizer": "Optimizer",
    "rate": "Learning rate",
    "schedule": "Schedule",
    "training": "Loss and training",
}
