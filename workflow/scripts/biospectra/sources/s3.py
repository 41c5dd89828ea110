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
_BUSY = (408, 429, 500, 502, 503, 504)
_ERROR_BYTES = 4096  # of what a server says of an error


class AbsentObject(RecordingError):
    """The server says that there is no such bucket or object."""


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


def size_of_object(address: str) -> int:
    """Return the size of an object in bytes, of which nothing is fetched.

    Parameters
    ----------
    address : str
        ``s3://BUCKET/KEY``.

    Raises
    ------
    AbsentObject
        Where there is no such bucket or object.
    RecordingError
        Where it may not be read, or the server cannot be reached.
    """
    import requests
    from requests.adapters import HTTPAdapter, Retry

    patient = HTTPAdapter(max_retries=Retry(3, connect=1, status_forcelist=_BUSY, backoff_factor=1))
    try:
        with requests.Session() as session:
            session.mount("http", patient)
            answer = session.get(
                web_address(address),
                headers={"Range": "bytes=0-0", "Accept-Encoding": "identity"},
                stream=True,  # of a server without ranges only the head is read
                timeout=60,
                allow_redirects=False,
            )
            if answer.status_code == 416:  # of an empty one there is no first byte
                return 0
            if answer.status_code in (200, 206):
                told = answer.headers.get("Content-Range") or answer.headers.get("Content-Length")
                length = (told or "").rpartition("/")[2]
                if length.isascii() and length.isdecimal():
                    return int(length)
                why = "the server does not say how long it is"
                raise RecordingError(address, why, "download it, and name the local file")
            said = answer.raw.read(_ERROR_BYTES, decode_content=True).decode(errors="replace")
    except requests.RequestException as problem:
        why = f"the server cannot be reached ({type(problem).__name__})"
        raise RecordingError(address, why, "check AWS_ENDPOINT_URL and network") from problem
    _refuse_without_bucket(address, said)
    if answer.status_code == 404:
        raise AbsentObject(address, "the bucket has no such object", "correct the path")
    why = f"the server does not let it be read ({answer.status_code} {answer.reason})"
    if answer.status_code == 403:  # also of what is not there, without the right to list
        raise RecordingError(address, why, "check the path, and your login (aws configure)")
    raise RecordingError(address, why, CHECK_BUCKET)


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
                _refuse_without_bucket(address, answer.text)
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


def _refuse_without_bucket(address: str, said: str) -> None:
    """Raise where a server says that there is no such bucket."""
    if "<Code>NoSuchBucket</Code>" in said:
        why = f"there is no bucket {split_address(address)[0]}"
        raise AbsentObject(address, why, "correct its name, or AWS_ENDPOINT_URL")


def _signed(operation: str, **parameters: str) -> str | None:
    """Return a signed address of what a server is asked for; None without boto3 or a login."""
    client = client_of_login()
    if client is None:
        return None
    return client.generate_presigned_url(operation, Params=parameters, ExpiresIn=_SIGNED_FOR_S)
