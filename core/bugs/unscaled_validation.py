from typing import Literal

from .bug import Bug, Setting


class UnscaledValidation(Bug):
    title = "Unscaled validation"
    stage = "pipeline"
    symptom = "validation-off"
    purpose = "The held-out rows skip the scaling that the training rows went through."
    what = "Validation features are fed in their raw units to weights learned on scaled ones."
    why = (
        "A weight for one standard deviation is multiplied by a raw number such as a weight of "
        "80: the predictions are off by orders of magnitude, though the model is right."
    )
    see = "The loss falls as it should, while the validation loss is enormous from the start."
    remedy = "Fit the scaler on the training rows and apply that same one to all others."
    reference = (
        "scikit-learn user guide, “Common pitfalls and recommended practices”, section "
        "“Inconsistent preprocessing”."
    )
    needs = "scaled features, rows held out"
    example = {"scaling": {"features": "standard"}, "optimizer": {"learning_rate": 0.05}}
    key: Literal["unscaled-validation"] = "unscaled-validation"

    def without_effect(self, setting: Setting) -> str:
        if not setting.held_out:
            return "No rows are held out for validation."
        return "" if setting.scaled else "The features are not scaled, so there is none to skip."

    class Pipeline:
        def validation_rows(self):
            return self.data.x_raw_val, self.data.y_val
