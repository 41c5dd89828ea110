"""A web server on 127.0.0.1, laid out like PhysioNet, that can misbehave."""

import base64
import hashlib
import re
import threading
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

from biospectra.sources.bucket import ENDPOINTS


class Server:
    """Serves a folder.

    Attributes
    ----------
    url
        Its address, without a slash at the end.
    faults
        Path, beginning with a slash, to what happens there: a status, ``half`` (the first
        answer stops half-way), ``half always``, ``busy 3`` (503 so many times, then well),
        ``html``, ``wrong`` (other bytes), ``no ranges``, ``short`` (the file is cut),
        ``encoded`` (says that a .gz file is compressed for the way), ``to ADDRESS`` (sends on),
        ``login NAME:WORD`` (asks for them), ``says TEXT`` (answers so, whatever is there).
    asked
        How often each path was asked for.
    ranges
        The Range headers that came, by path.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        self.faults: dict[str, str | int] = {}
        self.asked: Counter = Counter()
        self.ranges: dict[str, list[str]] = {}
        self.sent: Counter = Counter()
        self.url = ""


def _handler(server: Server):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args):
            pass

        def do_GET(self):
            server.asked[self.path] += 1
            fault = server.faults.get(self.path, "")
            path = server.folder / unquote(self.path).lstrip("/")
            if isinstance(fault, int):
                return self.answer(fault, b"")
            if str(fault).startswith("busy") and server.asked[self.path] <= int(fault[5:]):
                return self.answer(503, b"later")
            if str(fault).startswith("to "):
                return self.answer(302, b"", {"Location": fault[3:]})
            if str(fault).startswith("says "):
                return self.answer(200, fault[5:].encode())
            if str(fault).startswith("login "):
                wanted = "Basic " + base64.b64encode(fault[6:].encode()).decode()
                if self.headers.get("Authorization") != wanted:
                    return self.answer(401, b"who are you?")
            if fault == "html":
                page = b"<!DOCTYPE html><html>Please sign in</html>"
                return self.answer(200, page, {"Content-Type": "text/html"})
            if not path.is_file():
                return self.answer(404, b"<html>not here</html>")
            data = path.read_bytes()
            if fault == "wrong":
                data = bytes(255 - byte for byte in data)
            if fault == "short":
                data = data[: len(data) // 3]
            headers = {"ETag": f'"{hashlib.md5(data).hexdigest()}"'}
            if fault == "encoded":
                headers["Content-Encoding"] = "gzip"
            status, whole = 200, len(data)
            wanted = self.headers.get("Range")
            if wanted and fault != "no ranges":
                server.ranges.setdefault(self.path, []).append(wanted)
                first, last = re.fullmatch(r"bytes=(\d+)-(\d*)", wanted).groups()
                first, last = int(first), min(whole - 1, int(last or whole - 1))
                if first >= whole:
                    return self.answer(416, b"", {"Content-Range": f"bytes */{whole}"})
                status, data = 206, data[first : last + 1]
                headers["Content-Range"] = f"bytes {first}-{last}/{whole}"
            half = fault == "half always" or (fault == "half" and server.asked[self.path] == 1)
            self.answer(status, data, headers, stop_at=len(data) // 2 if half else None)

        def answer(self, status, data, headers=None, stop_at=None):
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            server.sent[self.path] += len(data[:stop_at])
            self.wfile.write(data[:stop_at])
            if stop_at is not None:
                self.wfile.flush()
                self.close_connection = True

    return Handler


@contextmanager
def serve(folder: Path):
    """Serve a folder while the block runs; gives the `Server`."""
    server = Server(folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(server)) as http:
        http.daemon_threads = True
        server.url = f"http://127.0.0.1:{http.server_port}"
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()


@contextmanager
def serve_buckets(folder: Path, monkeypatch):
    """Serve a folder's folders as buckets, found by the variable that boto3 knows; as `serve`.

    Neither a login nor a server of whoever runs the tests is used.
    """
    for name in (*ENDPOINTS, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(folder / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with serve(folder) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
        yield server


def write_sums(folder: Path) -> None:
    """Write SHA256SUMS.txt for all files below a folder, as PhysioNet's databases have it."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()} {path.relative_to(folder).as_posix()}"
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "SHA256SUMS.txt"
    ]
    (folder / "SHA256SUMS.txt").write_text("\n".join(lines) + "\n")
