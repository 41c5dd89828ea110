"""Lists of records as PhysioNet's databases have them, to make tables from without a network.

Those of mitdb, chfdb, nsrdb, eegmmidb and grabmyo are complete; of the others, whose names follow
no rule, there is a list of the same form and size.
"""

from pathlib import Path

MITDB = [
    str(k)
    for first, last in (
        (100, 109),
        (111, 119),
        (121, 124),
        (200, 203),
        (205, 205),
        (207, 210),
        (212, 215),
        (217, 217),
        (219, 223),
        (228, 228),
        (230, 234),
    )
    for k in range(first, last + 1)
]
CHFDB = [f"chf{k:02}" for k in range(1, 16)]
NSRDB = ["16265", "16272", "16273", "16420", "16483", "16539", "16773", "16786", "16795"]
NSRDB += ["17052", "17453", "18177", "18184", "19088", "19090", "19093", "19140", "19830"]
LISTS = {
    "mitdb/1.0.0": MITDB,
    "chfdb/1.0.0": CHFDB,
    "nsrdb/1.0.0": NSRDB,
    "ltafdb/1.0.0": [f"{k:02}" for k in range(84)],
    "eegmmidb/1.0.0": [
        f"S{s:03}/S{s:03}R{run:02}.edf" for s in range(1, 110) for run in range(1, 15)
    ],
    "chbmit/1.0.0": [
        f"chb{case:02}/chb{case:02}_{k:02}.edf" for case in range(1, 25) for k in range(1, 20)
    ],
    "grabmyo/1.1.0": [
        f"Session{s}/session{s}_participant{p}/session{s}_participant{p}_gesture{g}_trial{t}"
        for s in (1, 2, 3)
        for p in range(1, 44)
        for g in range(1, 18)
        for t in range(1, 8)
    ],
    "hd-semg/1.0.0": [
        f"1dof_dataset/subject{p:02}_session{s}/1dof_{kind}_finger{f}_sample{k}"
        for p in range(1, 21)
        for s in (1, 2)
        for kind in ("raw", "preprocess", "force")
        for f in range(1, 6)
        for k in (1, 2, 3)
    ],
}


def write_record_lists(folder: Path) -> Path:
    """Write a RECORDS file for each database below a folder laid out like PhysioNet."""
    for database, records in LISTS.items():
        (folder / database).mkdir(parents=True)
        (folder / database / "RECORDS").write_text("\n".join(records) + "\n")
    return folder
