"""Rows come back as they were written."""

import h5py
import pandas as pd

from biospectra.store.rows import read_rows, read_table, write_table


def table():
    return pd.DataFrame(
        {"recording": ["100", "späť", ""], "segment": [0, 1, 2], "start_s": [0.0, 2.5, 5.0]}
    )


def test_tables_round_trip(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        write_table(file, "rows", table())
        pd.testing.assert_frame_equal(read_table(file, "rows"), table(), check_dtype=False)
        write_table(file, "rows", table().iloc[:0])
        assert len(read_table(file, "rows")) == 0


def test_rows_of_several_files_say_where_they_are(tmp_path):
    for name in "ab":
        with h5py.File(tmp_path / f"{name}.h5", "w") as file:
            write_table(file, "rows", table())
    rows = read_rows([tmp_path / "a.h5", tmp_path / "b.h5"])
    assert rows["index"].tolist() == [0, 1, 2, 0, 1, 2]
    assert rows["file"].tolist() == [str(tmp_path / "a.h5")] * 3 + [str(tmp_path / "b.h5")] * 3
