"""A recognizer and a test → its figures, and what each of them means."""

from dataclasses import asdict, dataclass

from bot.classifier import Ints
from training.benchmark.measures import (
    Mask,
    accuracy,
    area_under_risk_coverage,
    auroc,
    limit_refusing,
    macro_f1,
    matthews,
    right_of,
    share,
)
from training.benchmark.recognizer import Prediction
from training.benchmark.split import OUTSIDE
from training.calibrate import expected_calibration_error

REFUSED_OF_SCOPE = 0.05  # the usual point at which refusals are compared


@dataclass(frozen=True)
class Figures:
    """Shares in [0, 1] but for the costs; None is what a system or a set says nothing of."""

    accuracy: float
    macro_f1: float
    in_scope_accuracy: float | None
    in_scope_refused: float | None
    out_of_scope_recall: float | None
    matthews: float | None
    auroc: float | None
    recall_at_5: float | None
    accuracy_at_5: float
    risk_coverage_area: float
    calibration_error: float
    wrong_answers: float | None
    coverage: float | None
    fit_seconds: float
    peak_memory_mb: float | None
    median_ms: float
    p95_ms: float
    mood_accuracy: float | None = None
    negative_recall: float | None = None


@dataclass(frozen=True)
class Costs:
    """What a system took."""

    fit_seconds: float
    peak_memory_mb: float | None
    median_ms: float
    p95_ms: float


def figures_of(found: Prediction, truth: Ints, costs: Costs, negative: Mask | None = None) -> Figures:
    """Return all figures of predictions for messages whose intents are `truth`, shape (n,).

    `negative`, shape (n,), marks those of angry and unhappy customers, in a set that says so.
    """
    inside = truth != OUTSIDE
    right = right_of(truth, found.best)
    kept_at_5 = found.in_scope >= limit_refusing(REFUSED_OF_SCOPE, found.in_scope[inside])
    refused, accepted = found.refused, found.accepted
    predicted = found.best.copy()
    if refused is not None:
        predicted[refused] = OUTSIDE
    moody = None if negative is None or found.sentiment is None else found.sentiment < 0
    return Figures(
        accuracy=accuracy(truth, found.best),
        macro_f1=macro_f1(truth, found.best),
        in_scope_accuracy=None if refused is None else share((right & ~refused)[inside]),
        in_scope_refused=None if refused is None else share(refused[inside]),
        out_of_scope_recall=None if refused is None else share(refused[~inside]),
        matthews=None if refused is None else matthews(truth, predicted),
        auroc=auroc(found.in_scope, inside),
        recall_at_5=share(~kept_at_5[~inside]),
        accuracy_at_5=float((right & kept_at_5)[inside].mean()),
        risk_coverage_area=area_under_risk_coverage(found.confidence, right),
        calibration_error=expected_calibration_error(found.confidence, right),
        wrong_answers=None if accepted is None else share(~right[accepted]),
        coverage=None if accepted is None else share(accepted),
        **asdict(costs),
        mood_accuracy=None if moody is None else share(moody == negative),
        negative_recall=None if moody is None else share(moody[negative]),
    )


@dataclass(frozen=True)
class Meaning:
    """How a figure is shown and explained."""

    title: str
    unit: str  # "%" for shares that are shown as such
    text: str
    decimals: int = 1

    def shown(self, value: float | None) -> str:
        if value is None:
            return "–"
        if self.unit == "%":
            return f"{100 * value:.{self.decimals}f} %"
        return f"{value:,.{self.decimals}f}{' ' + self.unit if self.unit else ''}"


MEANINGS = {
    "accuracy": Meaning(
        "Accuracy", "%", "In-scope messages whose likeliest intent is theirs, before anything is refused."
    ),
    "macro_f1": Meaning("Macro F1", "%", "Mean F1 of the intents, each counting alike however rare."),
    "in_scope_accuracy": Meaning(
        "In scope: right", "%", "In-scope messages that are not refused and whose likeliest intent is theirs."
    ),
    "in_scope_refused": Meaning(
        "In scope: refused", "%", "In-scope messages that are wrongly held to be out of scope."
    ),
    "out_of_scope_recall": Meaning("Out of scope: refused", "%", "Out-of-scope messages that are refused."),
    "matthews": Meaning(
        "MCC",
        "",
        "Matthews' correlation with out of scope as one more class, from −1 to 1; 0 is chance.",
        3,
    ),
    "auroc": Meaning(
        "AUROC", "%", "Chance that the in-scope score of an in-scope message beats one out of scope."
    ),
    "recall_at_5": Meaning(
        "Out of scope: refused, at 5 %", "%",
        "Out-of-scope messages refused at the limit that refuses 5 % of this test's in-scope ones.",
    ),
    "accuracy_at_5": Meaning("In scope: right, at 5 %", "%", "In-scope messages right at that same limit."),
    "risk_coverage_area": Meaning(
        "AURC", "%", "Mean share of errors over all shares answered, surest first; lower is better.", 2
    ),
    "calibration_error": Meaning(
        "Calibration error", "%", "Mean gap between confidence and share of right (ECE); lower is better."
    ),
    "wrong_answers": Meaning(
        "Wrong answers", "%", "Wrong intents and out-of-scope messages among those that are acted on."
    ),
    "coverage": Meaning("Acted on", "%", "Test messages that are sure enough to be acted on."),
    "fit_seconds": Meaning("Training", "s", "Seconds from labelled messages to a trained system.", 1),
    "peak_memory_mb": Meaning(
        "Peak memory", "MB", "Largest resident memory of its process, which loads, trains and answers.", 0
    ),
    "median_ms": Meaning("Per message, median", "ms", "One message at a time, after warming up.", 1),
    "p95_ms": Meaning("Per message, 95 %", "ms", "What 95 of 100 messages stay under.", 1),
    "mood_accuracy": Meaning(
        "Mood: right", "%", "Messages rightly taken for an angry or unhappy customer's, or for another's."
    ),
    "negative_recall": Meaning("Mood: negative found", "%", "Angry and unhappy customers that are noticed."),
}  # fmt: skip
