"""The entry from a clone: `snakemake` here makes what `workflow/Snakefile` asks for."""


include: "workflow/Snakefile"


# A default target that is included does not count.
rule study:
    default_target: True
    input:
        rules.apply.input if "apply_to" in config else rules.all.input,
    localrule: True
