"""New recordings through a trained study's model, with the settings that it was trained with."""

import re

from biospectra.study.new_recordings import is_table, new_rows, new_table
from biospectra.study.schema import load_schema
from biospectra.study.trained import model_folder, read_settings

COLUMNS = ("channel", "rate_hz", "units", "gain", "variable", "start_s", "duration_s")

try:
    MODEL = model_folder(config, path_of("<results>"))
    TRAINED = read_settings(MODEL)
    NEW = new_rows(
        config["apply_to"],
        load_schema(SCHEMAS / "recordings.schema.yaml"),
        TRAINED["labels"],
        {column: config[column] for column in COLUMNS if column in config},
        by_label=TRAINED["resample"]["by_label"],
    )
except StudyError as error:
    raise WorkflowError(str(error))

APPLIED = (
    path_of("<results>")
    / TRAINED["study"]
    / "apply"
    / MODEL.name
    / re.sub(r"[^\w.-]+", "_", Path(config["apply_to"]).stem)
)
ORIGINALS = [(row["source"], row.get("annotator")) for row in NEW]
MIRROR = [str(config["physionet_mirror"])] if config.get("physionet_mirror") else []


pathvars:
    results=str(APPLIED),
    logs="<results>/logs",


rule apply:
    """What the model says of the new recordings."""
    default_target: True
    input:
        "<results>/segments.tsv",
        "<results>/recordings.tsv",
        "<results>/map.png",


rule apply_read:
    """Fetch, clean and resample new recordings as the study did."""
    input:
        files=input_files(ORIGINALS, *MIRROR),
        model=MODEL,
    output:
        folder=directory("<results>/recordings"),
        resampled="<results>/resampled.h5",
    log:
        "<logs>/apply_read.log",
    conda:
        "../../envs/recordings.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000),
        runtime=grows(120),
        downloads=1,
    params:
        recordings=NEW,
        table=config["apply_to"] if is_table(Path(config["apply_to"])) else None,
        stamps=input_stamps(ORIGINALS, *MIRROR),
        cache=config.get("cache", "results/downloads"),
        sources=(
            {"physionet_base": config["physionet_mirror"]}
            if "physionet_mirror" in config
            else {}
        ),
        library=library("apply_read"),
    script:
        "../scripts/apply_read.py"


rule apply_images:
    """Cut new recordings into segments and make the images that the encoder reads."""
    input:
        resampled="<results>/resampled.h5",
        model=MODEL,
    output:
        segments="<results>/segments.h5",
        images="<results>/images.h5",
    log:
        "<logs>/apply_images.log",
    conda:
        "../../envs/images.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000),
        runtime=grows(120, per_input_mb=0.01),
    params:
        library=library("apply_images"),
    script:
        "../scripts/apply_images.py"


rule apply_encode:
    """Write the encoder's features of new recordings."""
    input:
        images="<results>/images.h5",
        model=MODEL,
    output:
        "<results>/features.h5",
    log:
        "<logs>/apply_encode.log",
    conda:
        "../../envs/tensorflow.yaml"
    threads: 8
    resources:
        mem_mb=grows(6000),
        runtime=grows(120, per_input_mb=0.05),
    params:
        library=library("apply_encode"),
    script:
        "../scripts/apply_encode.py"


rule apply_judge:
    """Classify new recordings, place them on the map, and tell how unlike the training they are."""
    input:
        features="<results>/features.h5",
        segments="<results>/segments.h5",
        model=MODEL,
    output:
        table="<results>/segments.tsv",
        recordings="<results>/recordings.tsv",
        picture="<results>/map.png",
        svg="<results>/map.svg",
    log:
        "<logs>/apply_judge.log",
    conda:
        "../../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000, per_input_mb=6),
        runtime=grows(60),
    params:
        library=library("apply_judge"),
    script:
        "../scripts/apply_judge.py"


onsuccess:
    if (APPLIED / "recordings.tsv").is_file():
        print(f"\n{new_table(APPLIED / 'recordings.tsv')}\n\nMore in {APPLIED}.")
