"""What was computed of the segments and learnt from them, as a methods section says it."""

from biospectra.features.sessions import joining
from biospectra.report.paper.document import blank, plain
from biospectra.report.paper.references import OF_KIND, OF_LIBRARY, TITLES
from biospectra.report.paper.run import Run
from biospectra.report.paper.words import EVALUATIONS, listing
from biospectra.words import number_of

ENCODERS_IN_WORDS = {
    "convolutional": "a convolutional autoencoder",
    "contrastive": "a contrastive objective, which distinguishes two views of a segment or of a "
    "recording from those of others",
    "cpc": "contrastive predictive coding",
    "vicreg": "VICReg, which learns from two views of a segment",
    "table_regression": "a network that learns to predict tables of hand-made features",
    "minirocket": "MiniRocket",
    "pca": "principal components",
    "pretrained": "a network that had been trained elsewhere",
}
ENCODER_LOSSES = {
    "convolutional": "the mean squared error of what it restored",
    "contrastive": "InfoNCE, of cosines between projections",
    "cpc": "that of contrastive predictive coding (InfoNCE)",
    "table_regression": "Huber's, in which each table weighed alike",
    "vicreg": "that of VICReg: invariance, variance and covariance",
}
TABLES_IN_WORDS = {
    "fourier": "the spectrum's peaks, band powers and moments",
    "bands": "the logarithm of the spectrum in bands",
    "beats": "rate, regularity and shape of the heart beats",
    "wavelet": "statistics of each level of a discrete wavelet transform",
    "scattering": "wavelet scattering coefficients",
    "catch22": "the 22 features of catch22",
}
CLASSIFIERS_IN_WORDS = {
    "logistic_regression": "logistic regression",
    "random_forest": "a random forest",
    "k_nearest_neighbours": "k nearest neighbours",
    "support_vector_machine": "a support vector machine",
    "gradient_boosting": "gradient boosting",
    "cnn": "a convolutional network",
    "fine_tuned": "a fine-tuned encoder",
}


def _cite(kind: str) -> str:
    return f" [@{OF_KIND[kind]}]" if kind in OF_KIND else ""


def image_lines(run: Run) -> list[str]:
    """Say how each kind of image was made."""
    return [_image(name, entry) for name, entry in run.config["images"].items()]


def _image(name: str, entry: dict) -> str:
    size = f"{entry['height']} rows and {entry['width']} columns"
    low, high = entry["limits_db"]
    text = f"`{name}` was a {entry['kind']} of {size}"
    if "window_s" in entry:
        text += f", with a {entry['window']} window of {entry['window_s']:g} s"
    if "wavelet" in entry:
        text += f", with the mother wavelet {entry['wavelet']}"
    if entry.get("frequency_range_hz"):
        first, last = entry["frequency_range_hz"]
        text += f", from {first:g} to {last:g} Hz"
    if entry.get("frequency_axis"):
        kind = "logarithmic" if entry["frequency_axis"] == "log" else entry["frequency_axis"]
        text += f" on a {kind} frequency axis"
    return text + f". Pixels stood for {low:g} to {high:g} dB re 1 unit in every image."


def encoder_lines(run: Run) -> list[str]:
    """Say what each encoder was and how it was trained."""
    lines, joined = [], joining(run.config)
    for name, entry in run.config["encoders"].items():
        kind = entry["kind"]
        text = f"`{name}` was {ENCODERS_IN_WORDS.get(kind, kind)}{_cite(kind)}"
        if entry.get("tables"):
            text += f", {listing(f'`{table}`' for table in entry['tables'])},"
        text += f" on `{entry['input']}`"
        if entry.get("filters"):
            text += f", with {listing(map(str, entry['filters']))} filters in its stages"
        if entry.get("latent"):
            text += f" and a latent of {entry['latent']} numbers"
        text += ". "
        if kind == "pretrained":
            text += f"It had learnt from {blank('which data, and whether test people were in it')}."
        elif entry.get("epochs"):
            falling = (
                ", reached over the first tenth of the steps, falling to 0 along a cosine"
                if entry.get("schedule") == "cosine"
                else ""
            )
            text += (
                f"It was trained without labels by Adam [@kingma2015] (learning rate "
                f"{entry['learning_rate']:g}{falling}, {entry['batch_size']} segments in a step) "
            )
            text += _trained(run, name, entry)
            text += f" The loss was {ENCODER_LOSSES[kind]}." if kind in ENCODER_LOSSES else ""
        elif "epochs" in entry:
            text += "Its weights stayed as they had been drawn."
        else:
            text += "It was fitted to training segments without their labels."
        if name in joined:
            text += " What it made of the channels of a session was put side by side."
        if entry.get("transductive"):
            text += (
                " It was transductive: it learnt from the samples of test people, too, and in "
                "folds of those held out, without their labels."
            )
        lines.append(text.strip())
    return lines


def _trained(run: Run, name: str, entry: dict) -> str:
    """Say for how long an encoder was trained, and which weights it has."""
    found = run.summary["encoders"].get(name)
    in_folds = not found or "best_epoch" not in found
    anew = " It was trained anew in each fold." if in_folds else ""
    longest = number_of(entry["epochs"], "epoch")
    if entry["patience"] is None:
        return f"for {longest}, and has the weights of the last one.{anew}"
    text = (
        f"for at most {longest}, or until {number_of(entry['patience'], 'epoch')} in a row had not "
        "lowered the validation loss."
    )
    if in_folds:
        return text + anew
    return (
        f"{text} Training ran for {number_of(found['epochs'], 'epoch')}; epoch "
        f"{found['best_epoch']} had the lowest validation loss, and its weights were kept."
    )


def table_lines(run: Run) -> list[str]:
    """Say what each table of features holds."""
    lines, joined = [], joining(run.config)
    for name, entry in run.config["features"].items():
        kind = entry["kind"]
        how = ", channels of a session side by side" if name in joined else ""
        lines.append(f"`{name}` held {TABLES_IN_WORDS.get(kind, kind)}{_cite(kind)}{how}.")
    return lines


def classifier_lines(run: Run) -> list[str]:
    """Say what each classifier was, what it read, and how it was chosen and evaluated."""
    lines = []
    for name, entry in run.config["classifiers"].items():
        scores = run.summary["classifiers"].get(name)
        how = EVALUATIONS[entry["evaluation"]]
        if entry["kind"] == "table":
            text = f"`{name}` {_of_table(entry, scores)}"
        else:
            text = f"`{name}` {network_in_words(entry)} The loss was the cross-entropy."
        lines.append(f"{text} It was evaluated {how}.")
    return lines


def _of_table(entry: dict, scores: dict | None) -> str:
    given = entry["features"] if isinstance(entry["features"], list) else [entry["features"]]
    text = f"read {listing(f'`{name}`' for name in given)}"
    candidates = [CLASSIFIERS_IN_WORDS.get(name, name) for name in entry["candidates"]]
    if len(candidates) > 1 or entry["tune"]:
        chosen_on = (
            "validation people"
            if entry["evaluation"] == "holdout"
            else "the training people of each fold"
        )
        strengths = ", with several strengths of regularisation" if entry["tune"] else ""
        text += f". Of {listing(candidates)}{strengths}, one was chosen on {chosen_on}"
        if scores and entry["evaluation"] == "holdout":
            text += f": {CLASSIFIERS_IN_WORDS.get(scores['model'], scores['model'])}"
    else:
        text += f" and was {candidates[0]}"
    if entry["balance_tables"]:
        text += ". Each set of features counted the same, however many columns it has"
    if entry["centre"] == "subject":
        text += ". Each person's own mean was subtracted, without use of their labels"
    return f"{text}."


def _optimiser(entry: dict) -> str:
    """Say what moves the weights of a network that names a class."""
    if entry["kind"] == "fine_tuned":
        return "by Adam [@kingma2015]"
    momentum = f" with a momentum of {entry['momentum']:g}" if entry.get("momentum") else ""
    return f"by stochastic gradient descent{momentum}"


def network_in_words(entry: dict) -> str:
    """Say what a network of the config was and how it was trained: the rest of a sentence."""
    if entry["kind"] == "fine_tuned":
        text = f"started from the encoder `{entry['encoder']}`"
        text += ", whose weights stayed as they were" if entry["freeze"] else ""
    else:
        text = f"was a convolutional network on `{entry['input']}`"
        if entry.get("filters"):
            text += f", with {listing(map(str, entry['filters']))} filters in its stages"
    longest = number_of(entry["epochs"], "epoch")
    text += f". It was trained {_optimiser(entry)} for "
    if entry.get("patience") is None:
        text += longest
    else:
        text += (
            f"at most {longest}, or until {number_of(entry['patience'], 'epoch')} in a row had not "
            "lowered the validation loss,"
        )
    text += f" at a learning rate of {entry['learning_rate']:g}, {entry['batch_size']} segments "
    text += "in a step"
    if "sampling" in entry and "balanced" in (entry["class_weight"], entry["sampling"]):
        text += ", each class with the same weight"
    if any(entry["augment"][key] for key in entry["augment"] if key not in _LIMITS):
        text += ", with random changes of the training segments"
    if entry.get("patience") is None:
        text += "; it has the weights of the last epoch"
    return f"{text}."


# Of `augment`: how large a mask is, where there is one.
_LIMITS = ("time_mask_s", "frequency_mask_share")


def software(run: Run) -> str:
    """Name the software with its versions, the seed and the machine."""
    origin = run.provenance
    used = [
        f"{TITLES.get(name, name)} {listing(found)}"
        + (f" [@{OF_LIBRARY[name]}]" if name in OF_LIBRARY else "")
        for name, found in origin["versions"].items()
    ]
    machine = origin["machine"]
    commit = origin["workflow"]["commit"]
    which = f"commit {commit}" if commit else blank("version or commit")
    changed = " with local changes" if origin["workflow"]["changed"] else ""
    memory = f" and {machine['memory_mb']} MB of memory" if machine["memory_mb"] else ""
    return (
        f"The analysis ran in biospectra ({which}{changed}) with {listing(used)}. The seed was "
        f"{origin['seed']}. The last steps ran on {plain(machine['processor'])} with "
        f"{number_of(machine['cores'], 'core')}{memory} under {machine['system']}."
    )
