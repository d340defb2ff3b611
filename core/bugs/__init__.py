"""The bugs a learner can inject, in teaching order: one file each, one line here."""

from core.bugs.accumulated_gradients import AccumulatedGradients
from core.bugs.broadcast_loss import BroadcastLoss
from core.bugs.bug import Bug as Bug
from core.bugs.compounding_state import CompoundingState
from core.bugs.double_update import DoubleUpdate
from core.bugs.dropped_bias import DroppedBias
from core.bugs.epoch_drift import EpochDrift
from core.bugs.feature_noise import FeatureNoise
from core.bugs.frozen_weights import FrozenWeights
from core.bugs.gradient_ascent import GradientAscent
from core.bugs.half_precision import HalfPrecision
from core.bugs.large_init import LargeInit
from core.bugs.misplaced_scale import MisplacedScale
from core.bugs.missing_as_sentinel import MissingAsSentinel
from core.bugs.mixed_units import MixedUnits
from core.bugs.overflowing_exp import OverflowingExp
from core.bugs.repeated_scaling import RepeatedScaling
from core.bugs.shifted_targets import ShiftedTargets
from core.bugs.shuffled_targets import ShuffledTargets
from core.bugs.sorted_batches import SortedBatches
from core.bugs.sum_for_mean import SumForMean
from core.bugs.unscaled_validation import UnscaledValidation
from core.bugs.weight_shape import WeightShape
from core.bugs.wrong_feature_index import WrongFeatureIndex
from core.choice import by_key

BUGS: tuple[type[Bug], ...] = (
    # the layer
    MisplacedScale,
    WrongFeatureIndex,
    WeightShape,
    LargeInit,
    OverflowingExp,
    CompoundingState,
    HalfPrecision,
    FrozenWeights,
    DroppedBias,
    # the training step
    GradientAscent,
    BroadcastLoss,
    SumForMean,
    AccumulatedGradients,
    DoubleUpdate,
    # the data pipeline
    EpochDrift,
    FeatureNoise,
    RepeatedScaling,
    ShiftedTargets,
    ShuffledTargets,
    SortedBatches,
    MissingAsSentinel,
    MixedUnits,
    UnscaledValidation,
)
BUG_BY_KEY = by_key(BUGS)
