"""Object storage that speaks S3's protocol: what an ``s3://BUCKET/KEY`` is called on the web.

Public buckets, as OpenNeuro's ``s3://openneuro.org``, need nothing but the network. Where there is
a login for AWS (its variables, or what ``aws configure`` wrote) and boto3 is installed, addresses
are signed with it.
"""

import os
import re
from importlib import import_module
from urllib.parse import quote, urlencode, urlsplit
from xml.etree import ElementTree

from biospectra.errors import RecordingError

SCHEME = "s3://"
# Of another server than Amazon's, as boto3 and snakemake's storage plugin have them.
ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "SNAKEMAKE_STORAGE_S3_ENDPOINT_URL")
_SIGNED_FOR_S = 3600


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


def web_address(address: str) -> str:
    """Return the address of the web at which an object is, signed where there is a login for it.

    Parameters
    ----------
    address : str
        ``s3://BUCKET/KEY``; any other address is given back.
    """
    if not address.startswith(SCHEME):
        return address
    bucket, key = split_address(address)
    signed = _signed("get_object", Bucket=bucket, Key=key)
    return signed or f"{_endpoint()}/{bucket}/{quote(key)}"


def list_keys(address: str) -> list[str]:
    """Return the keys of the objects below an address, sorted; no folders, which are no objects.

    Parameters
    ----------
    address : str
        ``s3://BUCKET/PREFIX``.

    Raises
    ------
    RecordingError
        Where the server does not list them.
    """
    import requests

    bucket, prefix = split_address(address)
    found, more = [], None
    while True:
        wanted = {"Prefix": prefix} | ({"ContinuationToken": more} if more else {})
        url = _signed("list_objects_v2", Bucket=bucket, **wanted)
        if url is None:
            query = {"list-type": "2", "prefix": prefix}
            query |= {"continuation-token": more} if more else {}
            url = f"{_endpoint()}/{bucket}?{urlencode(query)}"
        try:
            answer = requests.get(url, timeout=60, allow_redirects=False)
            if not answer.ok:
                raise RecordingError(
                    address,
                    f"the server does not list it ({answer.status_code} {answer.reason})",
                    "check the bucket's name and region, and your login",
                )
            listed = ElementTree.fromstring(answer.content)
        except (requests.RequestException, ElementTree.ParseError) as problem:
            raise RecordingError(
                address, f"cannot be listed ({type(problem).__name__})", "check bucket and network"
            ) from problem
        found += [entry.text or "" for entry in listed.iterfind("{*}Contents/{*}Key")]
        more = listed.findtext("{*}NextContinuationToken")
        if not more:
            return sorted(key for key in found if not key.endswith("/"))


def _endpoint() -> str:
    named = next((os.environ[name] for name in ENDPOINTS if os.environ.get(name)), None)
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if named is None:
        named = f"https://s3.{region}.amazonaws.com" if region else "https://s3.amazonaws.com"
    if urlsplit(named).scheme not in ("http", "https"):
        raise RecordingError(named, "is no address of an S3 server", "correct AWS_ENDPOINT_URL")
    return named.rstrip("/")


def _signed(operation: str, **parameters: str) -> str | None:
    """Return a signed address of what a server is asked for; None without boto3 or a login."""
    # By name, since it is no requirement: it asks for an older python-dateutil than others do.
    try:
        boto3 = import_module("boto3")
        config = import_module("botocore.config").Config(signature_version="s3v4")
    except ImportError:
        return None
    session = boto3.session.Session()
    if session.get_credentials() is None:
        return None
    client = session.client(
        "s3",
        endpoint_url=_endpoint() if any(os.environ.get(name) for name in ENDPOINTS) else None,
        config=config,
        region_name=session.region_name or "us-east-1",
    )
    return client.generate_presigned_url(operation, Params=parameters, ExpiresIn=_SIGNED_FOR_S)
