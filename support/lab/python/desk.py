"""JupyterLab and Chromium side by side, for scripts that do what a person does there.

JupyterLab's and Chromium's own files go to a folder that is removed at the end.
"""

import contextlib
import itertools
import json
import os
import pathlib
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from base64 import b64decode

import websocket  # a dependency of JupyterLab

TROUBLE = (RuntimeError, OSError, websocket.WebSocketException)
CELLS = """[...document.querySelectorAll('.jp-Notebook .jp-CodeCell')]"""


class Page:
    """A page of Chromium, spoken to through the DevTools protocol."""

    def __init__(self, address):
        self.socket = websocket.create_connection(address, suppress_origin=True, timeout=60)
        self.numbers = itertools.count(1)

    def call(self, method, **params):
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def value(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        return result["result"].get("value")

    def wait(self, what, expression, seconds=90):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            value = self.value(expression)
            if value:
                return value
            time.sleep(0.3)
        raise RuntimeError(f"waited {seconds} s in vain for {what}")

    def click(self, what, selector, text, seconds=90):
        """A real mouse click on the middle of the element that holds exactly this text."""
        find = f"""(() => {{
            const hit = [...document.querySelectorAll({json.dumps(selector)})]
                .find(e => e.textContent.trim() === {json.dumps(text)} && e.getBoundingClientRect().width > 0);
            if (!hit) return null;
            const r = hit.getBoundingClientRect();
            return [r.x + r.width / 2, r.y + r.height / 2];
        }})()"""
        self.press(*self.wait(what, find, seconds))

    def press(self, x, y):
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            button = {} if kind == "mouseMoved" else {"button": "left", "clickCount": 1}
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **button)

    def menu(self, name, entry):
        # A notebook that is just being shown takes the focus, and an open menu closes.
        for _ in range(10):
            self.click(f"the menu {name}", ".lm-MenuBar-itemLabel", name)
            with contextlib.suppress(RuntimeError):
                return self.click(f"the entry {entry}", ".lm-Menu-itemLabel", entry, 3)
        raise RuntimeError(f"the menu {name} does not stay open")

    def key(self, name, code, shift=False):
        """Presses a key, such as "Tab", whose number is 9."""
        for kind in ("rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=name, code=name, windowsVirtualKeyCode=code,
                      modifiers=8 if shift else 0)

    def shoot(self, file):
        file.write_bytes(b64decode(self.call("Page.captureScreenshot")["data"]))


class Desk:
    """A running JupyterLab and the browser in front of it."""

    def __init__(self, lab, token, debugger):
        self.lab, self.token, self.debugger = lab, token, debugger

    def page(self):
        request = urllib.request.Request(f"http://{self.debugger}/json/new?about:blank", method="PUT")
        page = Page(json.load(urllib.request.urlopen(request, timeout=30))["webSocketDebuggerUrl"])
        page.call("Page.enable")
        return page

    def open(self, page, name, workspace=""):
        """Shows the notebook and waits until its kernel is ready."""
        page.call("Page.bringToFront")  # a page that is not seen draws nothing
        page.call("Page.navigate", url=f"{self.lab}/lab{workspace}/tree/{name}?reset&token={self.token}")
        page.wait("the notebook to open", f"{CELLS}.length > 0")
        self.wait_for_kernel(name)
        page.wait("the kernel's sign",
                  "!!document.querySelector('.jp-Notebook-ExecutionIndicator[data-status=\"idle\"]')")
        page.wait("the splash to go", "!document.getElementById('jupyterlab-splash')")

    def sessions(self):
        with urllib.request.urlopen(f"{self.lab}/api/sessions?token={self.token}", timeout=30) as answer:
            return json.load(answer)

    def wait_for_kernel(self, name, seconds=90):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if any(s["name"] == name and s["kernel"]["execution_state"] == "idle" for s in self.sessions()):
                return
            time.sleep(0.3)
        raise RuntimeError(f"the kernel was not ready after {seconds} s")

    def end_sessions(self):
        for session in self.sessions():
            self.ask("DELETE", f"/api/sessions/{session['id']}")

    def read(self, path):
        """A page of the server's."""
        request = urllib.request.Request(self.lab + path, headers={"Authorization": f"token {self.token}"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read().decode()

    def ask(self, method, path):
        headers = {"Authorization": f"token {self.token}"}
        urllib.request.urlopen(urllib.request.Request(self.lab + path, method=method, headers=headers), timeout=60)


@contextlib.contextmanager
def desk(notebooks, chromium):
    """Starts both; ends them however the work at the desk ends. JupyterLab may write to the folder `notebooks`."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        scratch = pathlib.Path(scratch)
        lab, address, token = start_lab(notebooks, scratch)
        try:
            browser, debugger = start_chromium(chromium, scratch)
            at = Desk(address, token, debugger)
            try:
                yield at
            finally:
                browser.kill()
                with contextlib.suppress(OSError, subprocess.TimeoutExpired):
                    at.ask("POST", "/api/shutdown")
                    lab.wait(60)
        finally:
            lab.kill()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_lab(notebooks, scratch):
    # Without the first, JupyterLab keeps only the visible cells in the page.
    settings = {"notebook-extension/tracker": {"windowingMode": "none"},
                "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False}}
    for plugin, values in settings.items():
        file = scratch / "settings/@jupyterlab" / f"{plugin}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))
    port, token = free_port(), secrets.token_hex(16)
    environment = dict(os.environ, JUPYTERLAB_SETTINGS_DIR=str(scratch / "settings"))
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--ServerApp.port={port}",
               f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={notebooks}",
               f"--LabApp.workspaces_dir={scratch / 'workspaces'}"]
    log = open(scratch / "jupyterlab.log", "w")
    process = subprocess.Popen(command, cwd=notebooks, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{address}/api?token={token}", timeout=5)
            return process, address, token
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start:\n{(scratch / 'jupyterlab.log').read_text()[-2000:]}")


def start_chromium(chromium, scratch):
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
               "--disable-background-networking", "--disable-component-update", "--disable-sync",
               "--window-size=1400,1000", "--force-device-scale-factor=1", "--remote-debugging-port=0",
               f"--user-data-dir={scratch / 'chromium'}", "about:blank"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        found = re.search(r"ws://(127\.0\.0\.1:\d+)/", line)
        if found:
            return process, found.group(1)
    raise RuntimeError(f"{chromium} did not start")
