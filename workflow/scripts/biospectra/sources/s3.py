"""Object storage that speaks S3's protocol: what an ``s3://BUCKET/KEY`` is called on the web.

Public buckets, as OpenNeuro's ``s3://openneuro.org``, need nothing but the network. Where there is
a login for AWS (its variables, or what ``aws configure`` wrote) and boto3 is installed, addresses
are signed with it.
"""

from urllib.parse import quote, urlencode
from xml.etree import ElementTree

from biospectra.errors import RecordingError
from biospectra.sources.bucket import SCHEME, client_of_login, endpoint, split_address

CHECK_BUCKET = "check the bucket's name and region (AWS_REGION), and your login"
_SIGNED_FOR_S = 3600


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
    return signed or f"{endpoint()}/{bucket}/{quote(key)}"


def list_objects(address: str) -> dict[str, int]:
    """Return the sizes in bytes of the objects below an address, by their keys, which are sorted.

    Folders are no objects.

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
    found: dict[str, int] = {}
    more = None
    while True:
        wanted = {"Prefix": prefix} | ({"ContinuationToken": more} if more else {})
        url = _signed("list_objects_v2", Bucket=bucket, **wanted)
        if url is None:
            query = {"list-type": "2", "prefix": prefix}
            query |= {"continuation-token": more} if more else {}
            url = f"{endpoint()}/{bucket}?{urlencode(query)}"
        try:
            answer = requests.get(url, timeout=60, allow_redirects=False)
            if answer.status_code != 200:
                raise RecordingError(
                    address,
                    f"the server does not list it ({answer.status_code} {answer.reason})",
                    CHECK_BUCKET,
                )
            listed = ElementTree.fromstring(answer.content)
        except (requests.RequestException, ElementTree.ParseError) as problem:
            raise RecordingError(
                address, f"cannot be listed ({type(problem).__name__})", "check bucket and network"
            ) from problem
        for entry in listed.iterfind("{*}Contents"):
            found[entry.findtext("{*}Key") or ""] = int(entry.findtext("{*}Size") or 0)
        more = listed.findtext("{*}NextContinuationToken")
        if not more:
            return {key: found[key] for key in sorted(found) if not key.endswith("/")}


def _signed(operation: str, **parameters: str) -> str | None:
    """Return a signed address of what a server is asked for; None without boto3 or a login."""
    client = client_of_login()
    if client is None:
        return None
    return client.generate_presigned_url(operation, Params=parameters, ExpiresIn=_SIGNED_FOR_S)
