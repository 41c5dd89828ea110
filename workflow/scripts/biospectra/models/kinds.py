"""The kinds of network: each is a module here, with the kind's name in the config.

An encoder's `build(shape, **settings)` gives the keras.Model of all that is trained, such as the
whole autoencoder, and that of the encoder, not compiled. It learns to restore its input, unless its
kind has `objective(entry, rows, file)`: this gives a dict of the `loss`, the `target` of batches,
and by side, "training" and "validation", options of `biospectra.models.feeding.input_batches`;
`OF_OBJECTIVE` names those of the kind's keys that `build` does not take. It may give `rows`, too,
of those that are learnt from; where `reads_sessions(entry)` says so, they come with the session and
the channel of each recording. One that learns what tables of features say has `with_targets(rows,
entry, tables)` besides, which gives the rows of which anything is known and what that is, of so
many `targets` as its `widths` are in sum; `objective` takes it as well. A kind with `RESTORES =
False` gives no reconstruction. One that is not trained epoch by epoch has `fit_encoder(training, *,
seed, **settings)` instead, of the rows of the training segments, which gives the same two.

A network's `build(training, head, *, start, learning_rate, **settings)`, of those that are taught
what the table says, gives a keras.Model that ends in `head.layer()`, compiled by `head.compile`
(`biospectra.models.heads.Head`); `training` are the rows of the training segments, and `start` is
encoder.keras where the entry names an `encoder`, else None.

Settings are the kind's own keys, those of its schema file that `biospectra.models.training.SHARED`
does not list. A kind's `check(name, entry, study)`, where it has one, refuses an entry of the
config that cannot be.
"""

from biospectra.models import (
    cnn,
    contrastive,
    convolutional,
    cpc,
    fine_tuned,
    minirocket,
    pca,
    pretrained,
    table_regression,
    vicreg,
)
from biospectra.models.onnx_network import is_onnx

ENCODERS = {
    "contrastive": contrastive,
    "convolutional": convolutional,
    "cpc": cpc,
    "minirocket": minirocket,
    "pca": pca,
    "pretrained": pretrained,
    "table_regression": table_regression,
    "vicreg": vicreg,
}
NETWORKS = {"cnn": cnn, "fine_tuned": fine_tuned}


def restoring(encoders: dict[str, dict]) -> list[str]:
    """Name the entries of the config's `encoders` whose kind gives a reconstruction."""
    return [
        name
        for name, entry in encoders.items()
        if getattr(ENCODERS[entry["kind"]], "RESTORES", True)
    ]


def exported(encoders: dict[str, dict]) -> list[str]:
    """Name the entries of the config's `encoders` that are written for other tools.

    Those that come as an ONNX file are not: other tools read that file.
    """
    return [name for name, entry in encoders.items() if not is_onnx(entry.get("file"))]


def learns_with_sessions(entry: dict) -> bool:
    """Say whether an entry of the config's `encoders` is learnt with sessions and channels."""
    of = getattr(ENCODERS[entry["kind"]], "reads_sessions", None)
    return of is not None and of(entry)
