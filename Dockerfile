# biospectra with all that `make run` installs.
#   docker build --target cpu --tag biospectra --build-arg COMMIT="$(git rev-parse HEAD)" .
#   docker build --target gpu --tag biospectra:gpu ...      TensorFlow for NVIDIA GPUs (x86-64)
#   docker run --rm -it --user "$(id -u):$(id -g)" -v "$PWD:/study" biospectra --cores 4 --configfile config.yaml
# The commands are snakemake's, run in /study; README.md's two run in a shell of the image:
#   docker run --rm -it --entrypoint bash -w /opt/biospectra biospectra -c "make run && make test"
FROM python:3.12-slim-bookworm AS cpu

SHELL ["/bin/bash", "-o", "pipefail", "-c"]

# git is for jobs that get the workflow's files by it; make is README.md's; snakemake asks procps.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git=1:2.* make=4.* procps=2:4.* \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /opt/biospectra
COPY requirements.txt ./
# Where `make run` looks for it, so that it finds everything installed.
RUN python -m venv .venv \
    && .venv/bin/python -m pip install --no-cache-dir --requirement requirements.txt

COPY . ./
RUN .venv/bin/python -m pip install --no-cache-dir --no-deps --no-build-isolation --editable . \
    && touch .venv/run.stamp \
    && chmod -R a+rwX .

# The history stays outside; provenance says the commit all the same, if the build was told it.
ARG COMMIT=
# The person of --user has no name in the image, and snakemake asks for one.
ENV BIOSPECTRA_COMMIT=$COMMIT \
    USER=biospectra \
    PATH=/opt/biospectra/.venv/bin:$PATH \
    HOME=/tmp \
    XDG_CACHE_HOME=/tmp/.cache \
    NUMBA_CACHE_DIR=/tmp/numba
WORKDIR /study
ENTRYPOINT ["snakemake", "--snakefile", "/opt/biospectra/Snakefile"]
CMD ["--help"]


FROM cpu AS gpu

WORKDIR /opt/biospectra
RUN .venv/bin/python -m pip uninstall --yes tensorflow-cpu \
    && .venv/bin/python -m pip install --no-cache-dir --requirement requirements-gpu.txt
WORKDIR /study


# What `docker build .` makes.
FROM cpu
