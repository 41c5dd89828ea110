"""What must outlive a lost machine is in the storage, and comes back to another one."""

import pytest

from biospectra.models.checkpoint import checkpoint_beside, fingerprint
from biospectra.sources import bucket
from biospectra.sources.mirrored import VARIABLE, address_of, bring, forget, send


@pytest.fixture
def objects(monkeypatch):
    """The contents of a storage by address, in place of a server's."""
    held: dict[str, bytes] = {}

    def get(address, file):
        if address in held:
            file.write_bytes(held[address])
        return address in held

    monkeypatch.setattr(bucket, "put_object", lambda file, at: held.update({at: file.read_bytes()}))
    monkeypatch.setattr(bucket, "get_object", get)
    monkeypatch.setattr(bucket, "remove_object", lambda address: held.pop(address, None))
    return held


def node(tmp_path, monkeypatch, name):
    """Go to a machine of its own; returns where a model will be written there."""
    (tmp_path / name / "storage/results").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / name)
    monkeypatch.setenv(VARIABLE, "storage=s3://bucket/run")
    return tmp_path / name / "storage/results/model.keras"


def test_a_checkpoint_comes_to_another_machine(objects, tmp_path, monkeypatch):
    first = checkpoint_beside(node(tmp_path, monkeypatch, "a"))
    first.write_bytes(b"epoch 3")
    send(first)
    assert objects == {"s3://bucket/run/results/checkpoint.npz": b"epoch 3"}
    second = checkpoint_beside(node(tmp_path, monkeypatch, "b"))
    bring(second)
    assert second.read_bytes() == b"epoch 3"
    second.write_bytes(b"epoch 4")
    bring(second)  # what is here is newer
    assert second.read_bytes() == b"epoch 4"
    forget(second)
    assert objects == {}


def test_the_same_inputs_are_known_on_another_machine(tmp_path, monkeypatch):
    stamps = []
    for name, content in (("a", b"1"), ("b", b"1"), ("c", b"2")):
        file = node(tmp_path, monkeypatch, name).with_name("images.h5")
        file.write_bytes(content)
        stamps.append(fingerprint([file], seed=1))
    assert stamps[0] == stamps[1] != stamps[2]


def test_without_a_storage_nothing_is_sent(objects, tmp_path, monkeypatch):
    model = node(tmp_path, monkeypatch, "a")
    for told in ("", "elsewhere=s3://bucket/run"):
        monkeypatch.setenv(VARIABLE, told)
        assert address_of(model) is None
        send(model)
        bring(model)
        forget(model)
    assert not model.exists() and not objects


def test_a_storage_that_fails_ends_no_training(tmp_path, monkeypatch, capsys):
    def fail(*_):
        raise OSError("no network")

    model = node(tmp_path, monkeypatch, "a")
    monkeypatch.setattr(bucket, "put_object", fail)
    send(model)
    assert "no network" in capsys.readouterr().out
