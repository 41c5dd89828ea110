"""What the RO-Crate of a run says of where the recordings came from."""

from types import SimpleNamespace

from rocrate.rocrate import ROCrate

from biospectra.report.paper.crate import _databases


def test_databases_of_physionet_are_named_with_their_version():
    run = SimpleNamespace(on_physionet={"mitdb": "1.0.0", "ptb-xl": "1.0.3"})
    first, second = _databases(ROCrate(), run)
    assert first["@type"] == "Dataset"
    assert first["name"] == "mitdb, version 1.0.0"
    assert first["identifier"] == "physionet-mitdb"
    assert second.id == "https://physionet.org/content/ptb-xl/1.0.3/"
