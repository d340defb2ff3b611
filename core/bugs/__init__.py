"""The bugs a learner can inject, in teaching order: one file each, one line here."""

from ..choice import by_key
from .accumulated_gradients import AccumulatedGradients
from .broadcast_loss import BroadcastLoss
from .bug import Bug as Bug
from .compounding_state import CompoundingState
from .double_update import DoubleUpdate
from .dropped_bias import DroppedBias
from .epoch_drift import EpochDrift
from .feature_noise import FeatureNoise
from .frozen_weights import FrozenWeights
from .gradient_ascent import GradientAscent
from .half_precision import HalfPrecision
from .large_init import LargeInit
from .misplaced_scale import MisplacedScale
from .missing_as_sentinel import MissingAsSentinel
from .mixed_units import MixedUnits
from .mystery import Mystery as Mystery
from .overflowing_exp import OverflowingExp
from .own import Own as Own
from .repeated_scaling import RepeatedScaling
from .shifted_targets import ShiftedTargets
from .shuffled_targets import ShuffledTargets
from .sorted_batches import SortedBatches
from .sum_for_mean import SumForMean
from .unscaled_validation import UnscaledValidation
from .weight_shape import WeightShape
from .wrong_feature_index import WrongFeatureIndex

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
INJECTABLE: tuple[type[Bug], ...] = (*BUGS, Own, Mystery)  # what a spec may name as its bug
