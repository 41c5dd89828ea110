"""An executor whose jobs run on this machine in empty folders, as on nodes that share no disk."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from snakemake_interface_executor_plugins.executors.base import SubmittedJobInfo
from snakemake_interface_executor_plugins.executors.remote import RemoteExecutor
from snakemake_interface_executor_plugins.settings import CommonSettings

common_settings = CommonSettings(
    non_local_exec=True,
    implies_no_shared_fs=True,
    job_deploy_sources=True,
    pass_default_storage_provider_args=True,
    pass_default_resources_args=True,
    pass_envvar_declarations_to_cmd=True,
    auto_deploy_default_storage_provider=False,
    init_seconds_before_status_checks=1,
)


class Executor(RemoteExecutor):
    """Starts a job's command line in a new folder, which is removed behind it."""

    def __post_init__(self):
        self.running = {}

    def run_job(self, job):
        folder = Path(tempfile.mkdtemp(prefix="node-"))
        # The clone's library must come from what the job fetches.
        environment = {key: of for key, of in os.environ.items() if key != "PYTHONPATH"}
        process = subprocess.Popen(
            self.format_job_exec(job), shell=True, cwd=folder, env=environment
        )
        info = SubmittedJobInfo(job=job, external_jobid=str(process.pid))
        self.running[info.external_jobid] = process, folder
        self.report_job_submission(info)

    async def check_active_jobs(self, active_jobs):
        for info in active_jobs:
            process, folder = self.running[info.external_jobid]
            async with self.status_rate_limiter:
                ended = process.poll()
            if ended is None:
                yield info
                continue
            shutil.rmtree(folder)
            if ended:
                self.report_job_error(info)
            else:
                self.report_job_success(info)

    def cancel_jobs(self, active_jobs):
        for info in active_jobs:
            self.running[info.external_jobid][0].kill()
