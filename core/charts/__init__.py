"""The charts, in teaching order: one file each, one line here."""

from .absent import why_absent as why_absent
from .chart import Chart as Chart
from .chart import to_json as to_json
from .feed import filled as filled
from .fit import FIT
from .frame import Frame as Frame
from .loss import LOSS
from .norms import NORMS
from .range_test import RANGE_TEST
from .scene import Scene as Scene
from .schedule import SCHEDULE
from .spectrum import SPECTRUM
from .surface import SURFACE
from .valley import VALLEY
from .values import VALUES
from .weights import WEIGHTS

CHARTS: tuple[Chart, ...] = (
    LOSS,
    FIT,
    SURFACE,
    VALLEY,
    NORMS,
    WEIGHTS,
    VALUES,
    SCHEDULE,
    SPECTRUM,
    RANGE_TEST,
)
CHART_BY_KEY = {chart.key: chart for chart in CHARTS}
