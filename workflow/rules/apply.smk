"""New recordings through a trained study's model, with the settings that it was trained with."""

import re

from biospectra.report.terminal import drift_line
from biospectra.study.new_recordings import (
    READING_FACTS,
    new_recordings,
    new_table,
    sessions_of,
)
from biospectra.study.trained import SETTINGS, model_folder, read_settings


def fetch_model():
    """Fetch the study's model that the config names, where results lie in a storage."""
    named = config.get("model")
    if stored_object("<results>") and named and not Path(str(named)).is_dir():
        folder = f"<results>/{config['study']}/model/{named}"
        # The folder alone may be left of what was fetched before.
        if workflow.is_main_process or not (path_of(folder) / SETTINGS).is_file():
            fetched(folder)


try:
    fetch_model()
    MODEL = model_folder(config, path_of("<results>"))
    TRAINED = read_settings(MODEL)
    NEW = new_recordings(
        config["apply_to"],
        TRAINED,
        {fact: config[fact] for fact in READING_FACTS if fact in config},
        schemas=SCHEMAS,
        mirror=config.get("physionet_mirror"),
        cache=config.get("cache", "results/downloads"),
    )
except (RecordingError, StudyError) as error:
    raise WorkflowError(str(error))

APPLIED_TO = config["apply_to"]
if isinstance(APPLIED_TO, list):
    APPLIED_TO = APPLIED_TO[0]
APPLIED = (
    Path(PATH_VARIABLES.apply("<results>"))
    / TRAINED["study"]
    / "apply"
    / MODEL.name
    / (re.sub(r"[^\w.-]+", "_", Path(str(APPLIED_TO)).stem).strip("_.") or "recordings")
)
ORIGINALS = [(row["source"], row.get("annotator")) for row in NEW.rows]
MIRROR = [str(config["physionet_mirror"])] if config.get("physionet_mirror") else []
NETWORKS = [
    name for name, entry in TRAINED["classifiers"].items() if entry["kind"] != "table"
]

TARGET_NETWORKS = [
    name for name, entry in TRAINED["targets"].items() if "network" in entry
]


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
        "<results>/report.html",


rule apply_read:
    """Fetch, clean and resample new recordings as the study did."""
    input:
        files=input_files(ORIGINALS, *MIRROR),
        model=local(str(MODEL)),  # here, wherever the results lie
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
        recordings=NEW.rows,
        table=str(NEW.table) if NEW.table else None,
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
    """Cut new recordings into segments, and make the images and tables that the model reads."""
    input:
        resampled="<results>/resampled.h5",
        model=local(str(MODEL)),  # here, wherever the results lie
    output:
        segments="<results>/segments.h5",
        images=collect("<results>/images/{image}.h5", image=TRAINED["images"]),
    log:
        "<logs>/apply_images.log",
    conda:
        "../../envs/images.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000),
        runtime=grows(120, per_input_mb=0.01),
    params:
        sessions=sessions_of(NEW.rows),
        library=library("apply_images"),
    script:
        "../scripts/apply_images.py"


if TRAINED["encoders"] or NETWORKS or TARGET_NETWORKS:

    rule apply_encode:
        """Write what the model's networks make of new recordings: features and probabilities."""
        input:
            segments="<results>/segments.h5",
            images=rules.apply_images.output.images,
            model=local(str(MODEL)),  # here, wherever the results lie
        output:
            features=collect("<results>/features/{name}.h5", name=TRAINED["encoders"]),
            predictions=collect("<results>/predictions/{name}.h5", name=NETWORKS),
            targets=collect("<results>/targets/{name}.h5", name=TARGET_NETWORKS),
        log:
            "<logs>/apply_encode.log",
        conda:
            NETWORK_ENVIRONMENT
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
        segments="<results>/segments.h5",
        images=rules.apply_images.output.images,
        features=collect("<results>/features/{name}.h5", name=TRAINED["encoders"]),
        predictions=collect("<results>/predictions/{name}.h5", name=NETWORKS),
        targets=collect("<results>/targets/{name}.h5", name=TARGET_NETWORKS),
        model=local(str(MODEL)),  # here, wherever the results lie
    output:
        table="<results>/segments.tsv",
        recordings="<results>/recordings.tsv",
        drift="<results>/drift.json",
        picture="<results>/map.png",
        svg="<results>/map.svg",
        page="<results>/report.html",
    log:
        "<logs>/apply_judge.log",
    conda:
        "../../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000, per_input_mb=6),
        runtime=grows(60),
    params:
        sessions=sessions_of(NEW.rows),
        library=library("apply_judge"),
    script:
        "../scripts/apply_judge.py"


onstart:
    for note in NEW.notes:
        print(note)


onsuccess:
    table = fetched("<results>/recordings.tsv")
    if table.is_file():
        drift = drift_line(fetched("<results>/drift.json"))
        print(
            f"\n{new_table(table)}\n{drift}\nMore in {shown('<results>/report.html')}."
        )
