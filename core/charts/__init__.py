"""The charts, in teaching order: one file each, one line here."""

from core.charts.chart import Chart as Chart
from core.charts.chart import to_json as to_json
from core.charts.feed import filled as filled
from core.charts.frame import Frame as Frame
from core.charts.loss import LOSS
from core.charts.norms import NORMS
from core.charts.range_test import RANGE_TEST
from core.charts.schedule import SCHEDULE
from core.charts.spectrum import SPECTRUM
from core.charts.values import VALUES
from core.charts.weights import WEIGHTS

CHARTS: tuple[Chart, ...] = (LOSS, NORMS, WEIGHTS, VALUES, SCHEDULE, SPECTRUM, RANGE_TEST)
CHART_BY_KEY = {chart.key: chart for chart in CHARTS}
