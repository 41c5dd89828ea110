"""Objects of a storage that speaks S3's protocol, through boto3 where it is installed."""

import os
import re
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

from biospectra.errors import RecordingError

SCHEME = "s3://"
# Of another server than Amazon's, as boto3 and snakemake's storage plugin have them.
_PLUGIN = "SNAKEMAKE_STORAGE_S3_"
ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", f"{_PLUGIN}ENDPOINT_URL")
_LOGIN = {
    "aws_access_key_id": "ACCESS_KEY",
    "aws_secret_access_key": "SECRET_KEY",
    "aws_session_token": "TOKEN",
}


def split_address(address: str) -> tuple[str, str]:
    """Split ``s3://BUCKET/KEY`` into bucket and key.

    Raises
    ------
    RecordingError
        Where it has no bucket, or its key leads elsewhere.

    Examples
    --------
    >>> split_address("s3://openneuro.org/ds002778/sub-pd3/eeg/a.bdf")
    ('openneuro.org', 'ds002778/sub-pd3/eeg/a.bdf')
    """
    bucket, _, key = address.removeprefix(SCHEME).partition("/")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]+", bucket) or ".." in key.split("/"):
        raise RecordingError(address, "is not understood", "write s3://BUCKET/PATH/TO/FILE")
    return bucket, key


def endpoint() -> str:
    """Return the address of the server that is asked, without a slash at its end."""
    named = next((os.environ[name] for name in ENDPOINTS if os.environ.get(name)), None)
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if named is None:
        named = f"https://s3.{region}.amazonaws.com" if region else "https://s3.amazonaws.com"
    if urlsplit(named).scheme not in ("http", "https"):
        raise RecordingError(named, "is no address of an S3 server", "correct AWS_ENDPOINT_URL")
    return named.rstrip("/")


def client_of_login():
    """Return boto3's client; None without boto3 or a login."""
    # By name, since it is no requirement: it asks for an older python-dateutil than others do.
    try:
        boto3 = import_module("boto3")
        config = import_module("botocore.config").Config(signature_version="s3v4")
    except ImportError:
        return None
    session = boto3.session.Session(
        **{key: os.environ.get(f"{_PLUGIN}{name}") for key, name in _LOGIN.items()}
    )
    if session.get_credentials() is None:
        return None
    return session.client(
        "s3",
        endpoint_url=endpoint() if any(os.environ.get(name) for name in ENDPOINTS) else None,
        config=config,
        region_name=session.region_name or "us-east-1",
    )


def _client():
    client = client_of_login()
    if client is None:
        raise OSError("there is no boto3, or no login for it")
    return client


def put_object(file: str | Path, address: str) -> None:
    """Write a file to an address; boto3's errors where that cannot be."""
    bucket, key = split_address(address)
    _client().upload_file(str(file), bucket, key)


def get_object(address: str, file: str | Path) -> bool:
    """Fetch an object into a file; return whether there is one."""
    bucket, key = split_address(address)
    client = _client()
    if client.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1).get("KeyCount", 0) == 0:
        return False
    client.download_file(bucket, key, str(file))
    return True


def remove_object(address: str) -> None:
    """Remove an object, if there is one."""
    bucket, key = split_address(address)
    _client().delete_object(Bucket=bucket, Key=key)


def get_objects(address: str, folder: str | Path) -> None:
    """Fetch all objects below an address into a folder, but for those that are there."""
    bucket, prefix = split_address(address)
    client = _client()
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"{prefix}/")
    for page in pages:
        for entry in page.get("Contents", []):
            file = Path(folder, entry["Key"].removeprefix(f"{prefix}/"))
            if not entry["Key"].endswith("/") and not file.exists():
                file.parent.mkdir(parents=True, exist_ok=True)
                client.download_file(bucket, entry["Key"], str(file))
