"""On what networks are trained, and in which precision."""

import pytest

from biospectra.errors import StudyError
from biospectra.models import network


@pytest.mark.parametrize(
    ("capability", "policy"),
    [
        ((8, 0), "mixed_bfloat16"),
        ((9, 0), "mixed_bfloat16"),
        ((7, 5), "mixed_float16"),
        (None, "float32"),  # of another maker
    ],
)
def test_a_gpu_takes_the_precision_that_it_has(monkeypatch, capability, policy):
    import tensorflow as tf

    details = {"compute_capability": capability} if capability else {}
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: ["one", "another"])
    monkeypatch.setattr(tf.config.experimental, "get_device_details", lambda gpu: details)
    assert network.best_precision() == policy


def test_gpus_that_were_asked_for_and_are_not_there_are_told(monkeypatch, capsys):
    told = []
    monkeypatch.setattr(network, "tell", told.append)
    network.strategy(asked=1)
    assert "gpus is 1, and TensorFlow finds no GPU: it trains on the processor; " in told[0]
    assert "`make run GPU=1`" in told[0]
    assert "Training on the processor" in capsys.readouterr().out
    network.strategy()
    assert len(told) == 1
    with pytest.raises(StudyError, match=r"finds no GPU; `make run GPU=1`.*processor"):
        network.strategy(asked=1, without_gpu="stop")
    network.strategy(without_gpu="stop")  # nobody asked for one
