"""A page in a browser without a screen, driven over Chromium's DevTools protocol."""

import asyncio
import base64
import json
import shutil
import subprocess
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path

from tornado.httpclient import AsyncHTTPClient
from tornado.websocket import websocket_connect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")


class Page:
    """An open page: run its scripts, move the pointer, take its picture."""

    def __init__(self, connection):
        self.connection = connection
        self.asked = 0
        self.network: list[str] = []

    async def ask(self, method: str, **parameters) -> dict:
        """Return the answer to one command of the protocol."""
        self.asked += 1
        number = self.asked
        message = {"id": number, "method": method, "params": parameters}
        await self.connection.write_message(json.dumps(message))
        while True:
            answer = json.loads(await self.connection.read_message())
            if answer.get("method") == "Network.requestWillBeSent":
                self.network.append(answer["params"]["request"]["url"][:80])
            if answer.get("id") == number:
                return answer["result"]

    async def run(self, script: str):
        """Return the value of a JavaScript expression."""
        answer = await self.ask("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    async def point(self, x: float, y: float) -> None:
        """Move the pointer to a place of the page, in pixels."""
        await self.ask("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        await asyncio.sleep(0.3)

    async def drag(self, start: tuple, end: tuple) -> None:
        """Press the pointer at one place of the page, move it to another and let go."""
        about = {"button": "left", "buttons": 1, "clickCount": 1}
        for kind, (x, y) in (
            ("mouseMoved", start),
            ("mousePressed", start),
            ("mouseMoved", end),
            ("mouseReleased", end),
        ):
            await self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, **about)
            await asyncio.sleep(0.1)
        await asyncio.sleep(0.3)

    async def picture(self, path: Path) -> None:
        """Write what the page shows as PNG."""
        shot = await self.ask("Page.captureScreenshot")
        path.write_bytes(base64.b64decode(shot["data"]))


@asynccontextmanager
async def opened(html: Path, width: int = 1280, height: int = 720):
    """Open a page that was written to a file, with no network."""
    with tempfile.TemporaryDirectory() as profile:
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0"]
        options += [f"--user-data-dir={profile}", f"--window-size={width},{height}"]
        with (Path(profile) / "log").open("w") as log:
            browser = subprocess.Popen([CHROMIUM, *options, "about:blank"], stderr=log, stdout=log)
        try:
            port_file = Path(profile) / "DevToolsActivePort"
            for _ in range(300):
                if port_file.is_file() and len(port_file.read_text().splitlines()) > 1:
                    break
                await asyncio.sleep(0.1)
            port = port_file.read_text().splitlines()[0]
            found = await AsyncHTTPClient().fetch(f"http://127.0.0.1:{port}/json")
            target = next(t for t in json.loads(found.body) if t["type"] == "page")
            connection = await websocket_connect(
                target["webSocketDebuggerUrl"], max_message_size=2**28
            )
            page = Page(connection)
            await page.ask("Network.enable")
            size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
            await page.ask("Emulation.setDeviceMetricsOverride", **size)
            await page.ask("Page.navigate", url=html.resolve().as_uri())
            for _ in range(300):
                if await page.run(
                    "window.Bokeh && Bokeh.documents.length > 0 && Bokeh.documents[0].is_idle"
                ):
                    break
                await asyncio.sleep(0.1)
            await asyncio.sleep(1)
            yield page
            connection.close()
        finally:
            browser.terminate()
            browser.wait(20)
            await asyncio.sleep(0.2)  # its children leave the profile's folder
