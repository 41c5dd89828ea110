"""A checked study in a file gives a job the same config and rows as reading the table anew."""

import os
import zlib

import pandas as pd
import pytest

from biospectra.study.kept_rows import ShardRows, keep_study, kept_file, kept_study

TABLE = pd.DataFrame(
    {
        "recording": ["r1", "r2", "r3", "r4"],
        "channel": ["0", "1", "é", "3"],
        "start_s": [0.1, None, None, 1e-9],
        "has_login": [True, False, False, False],
    },
    dtype=object,
)
SHARDS = 3


@pytest.fixture
def rows():
    return ShardRows.of_table(TABLE, SHARDS)


def test_a_shard_has_the_rows_whose_checksum_names_it(rows):
    for shard in rows.shards:
        own = [
            name for name in TABLE["recording"] if zlib.crc32(name.encode()) % SHARDS == int(shard)
        ]
        assert [row["recording"] for row in rows.of(shard, ["recording"])] == own


def test_all_rows_come_in_the_order_of_the_table(rows):
    assert rows.everything() == TABLE.to_dict("records")
    assert rows.everything(["start_s", "channel"]) == TABLE[["start_s", "channel"]].to_dict(
        "records"
    )


def test_what_was_kept_comes_back(rows, tmp_path):
    path = tmp_path / "deep" / "a.study"
    keep_study(path, {"study": "s", "rate_hz": None}, {"channels": ["é"]}, rows)
    kept = kept_study(path)
    assert (kept.config, kept.facts) == ({"study": "s", "rate_hz": None}, {"channels": ["é"]})
    assert kept.rows.shards == rows.shards
    assert kept.rows.everything() == rows.everything()
    assert [kept.rows.of(shard) for shard in rows.shards] == [rows.of(s) for s in rows.shards]


def test_what_is_kept_of_other_configs_stays_however_old_it_is(rows, tmp_path):
    other = tmp_path / "old.study"
    keep_study(other, {}, {}, rows)
    os.utime(other, (0, 0))
    keep_study(tmp_path / "a.study", {}, {}, rows)
    assert kept_study(other).rows.everything() == rows.everything()


@pytest.mark.parametrize("content", [None, b"", b"{}\n", b"[1]\n", b"half a li"])
def test_where_nothing_can_be_read_there_is_none(content, tmp_path):
    path = tmp_path / "a.study"
    if content is not None:
        path.write_bytes(content)
    assert kept_study(path) is None


def test_each_config_has_a_file_of_its_own():
    assert len({kept_file({"study": "a"}), kept_file({"study": "b"}), kept_file({})}) == 3
    assert kept_file({"a": 1, "b": 2}) == kept_file({"b": 2, "a": 1})
