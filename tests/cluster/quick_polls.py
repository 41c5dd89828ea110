"""snakemake as it is, but it asks Slurm for news every second.

The plugin's pauses grow by ten seconds after each poll without news, which suits a cluster and
would make these tests take several times as long.
"""

from snakemake.cli import main
from snakemake_executor_plugin_slurm import Executor

Executor.next_seconds_between_status_checks = property(lambda self: 1, lambda self, value: None)

if __name__ == "__main__":
    main()
