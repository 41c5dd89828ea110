"""From segments to images, for models in HDF5 and for people in PNG."""


# First of what may run, so that a study stops early; no input of the images, which a recording more or
# another image's settings would then make again.
rule check_transforms:
    """Check the study's resampling and images with signals whose transforms are known."""
    input:
        bands="<results>/native_bands.tsv",
    output:
        table="<results>/check_transforms.tsv",
        figure=drawn(
            "<results>/check_transforms",
            caption="check_transforms",
            category="Images",
            labels={"figure": "self-test", "image": "all"},
        ),
    log:
        "<logs>/check_transforms.log",
    benchmark:
        "<benchmarks>/check_transforms.tsv"
    priority: 1
    conda:
        "../../envs/images.yaml"
    threads: 1
    resources:
        mem_mb=grows(2000),
        runtime=grows(30),
    params:
        images=config["images"],
        rate_hz=config["resample"]["rate_hz"],
        window_s=config["segments"]["window_s"],
        colour_map=COLOUR_MAP,
        look=LOOK,
        library=library("check_transforms"),
    script:
        "../scripts/check_transforms.py"


rule image:
    """Make the image of each good segment of a shard."""
    input:
        segments="<results>/segments/{shard}.h5",
        resampled="<results>/resampled/{shard}.h5",
    output:
        "<results>/{image}/{shard}.h5",
    log:
        "<logs>/image/{image}/{shard}.log",
    benchmark:
        "<benchmarks>/image/{image}/{shard}.tsv"
    conda:
        "../../envs/images.yaml"
    threads: 1
    resources:
        mem_mb=grows(2000),
        runtime=grows(60, per_input_mb=0.02, of=shard_mb),
    params:
        rate_hz=config["resample"]["rate_hz"],
        settings=lookup(dpath="images/{image}", within=config),
        library=library_of("image", "images", "image"),
    script:
        "../scripts/image.py"


rule wavelets:
    """Draw the mother wavelets of the study beside the other families."""
    output:
        figure=drawn(
            "<results>/png/wavelets",
            caption="wavelets",
            category="Images",
            labels={"figure": "mother wavelets", "image": "all"},
        ),
    log:
        "<logs>/wavelets.log",
    conda:
        "../../envs/images.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(15),
    params:
        used=wavelets_used(),
        look=LOOK,
        library=library("wavelets"),
    script:
        "../scripts/wavelets.py"


rule png:
    """Write PNG files of segments and a contact sheet of each class."""
    input:
        images=collect("<results>/{{image}}/{shard}.h5", shard=SHARDS),
    output:
        folder=directory("<results>/png/{image}/segments"),
        sheets=[
            path
            for label in config["labels"]
            for path in drawn(
                f"<results>/png/{{image}}/{label}",
                caption="contact_sheet",
                category="Images",
                labels={"figure": f"contact sheet, {label}", "image": "{image}"},
            )
        ],
    log:
        "<logs>/png/{image}.log",
    benchmark:
        "<benchmarks>/png/{image}.tsv"
    conda:
        "../../envs/images.yaml"
    threads: 1
    resources:
        mem_mb=grows(2000),
        runtime=grows(120),
    params:
        labels=config["labels"],
        settings=config["png"],
        sheet_colour_map=COLOUR_MAP,
        look=LOOK,
        library=library("png"),
    script:
        "../scripts/png.py"


rule examples:
    """Draw one segment of each class with its spectrum and its images."""
    input:
        segments=collect("<results>/segments/{shard}.h5", shard=SHARDS),
        images=collect(
            "<results>/{image}/{shard}.h5", image=config["images"], shard=SHARDS
        ),
    output:
        drawn(
            "<results>/png/examples",
            caption="examples",
            category="Images",
            labels={"figure": "one segment of each class", "image": "all"},
        ),
    log:
        "<logs>/examples.log",
    benchmark:
        "<benchmarks>/examples.tsv"
    conda:
        "../../envs/images.yaml"
    threads: 1
    resources:
        mem_mb=grows(2000),
        runtime=grows(30),
    params:
        images=list(config["images"]),
        labels=config["labels"],
        colour_map=COLOUR_MAP,
        look=LOOK,
        library=library("examples"),
    script:
        "../scripts/examples.py"
