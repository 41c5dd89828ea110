"""biospectra: recordings to images, images to features, features to maps and scores."""

from snakemake.utils import min_version

min_version("9.27")


# A study is complete in itself: another one takes the place of the default, and nothing is mixed.
if not workflow.overwrite_configfiles:

    configfile: "config/config.yaml"


report: "workflow/report/workflow.rst"


include: "workflow/rules/functions.smk"


# New recordings through a trained model: `snakemake apply --config apply_to=... model=...`.
if "apply_to" in config:

    include: "workflow/rules/apply.smk"

else:

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
            study_results,
            "<results>/provenance.json",
            "<results>/study.html",

    onsuccess:
        show_summary()
