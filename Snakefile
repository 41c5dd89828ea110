"""biospectra: recordings to images, images to features, features to maps and scores."""

from snakemake.utils import min_version

min_version("9.27")


# A study is complete in itself: another one takes the place of the default, and nothing is mixed.
if not workflow.overwrite_configfiles:

    configfile: "config/config.yaml"


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/recordings.smk"
include: "workflow/rules/images.smk"
include: "workflow/rules/autoencoder.smk"
include: "workflow/rules/embedding.smk"
include: "workflow/rules/classifier.smk"
include: "workflow/rules/audit.smk"
include: "workflow/rules/evaluation.smk"
include: "workflow/rules/summary.smk"


rule all:
    default_target: True
    input:
        "<results>/summary.json",
        collect(
            "<results>/png/{image}/{label}.png",
            image=config["images"],
            label=config["labels"],
        ),
        "<results>/png/examples.png",
        "<results>/png/cleaning.png",


onsuccess:
    show_summary()
