"""Runs notebooks as a person does: JupyterLab in Chromium, the menu's "Run All Cells", a look at what shows.

    python browser.py NOTEBOOKS CHROMIUM SCREENSHOTS NAME.ipynb ...

NOTEBOOKS is a folder JupyterLab may write to; SCREENSHOTS gets one PNG a notebook. Prints a line a notebook and
ends with 1 if one failed. JupyterLab's and Chromium's own files go to a folder that is removed at the end.
"""
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

PATIENCE = 600  # seconds for a whole notebook on a slow machine


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

    def click(self, what, selector, text):
        """A real mouse click on the middle of the element that holds exactly this text."""
        find = f"""(() => {{
            const hit = [...document.querySelectorAll({json.dumps(selector)})]
                .find(e => e.textContent.trim() === {json.dumps(text)} && e.getBoundingClientRect().width > 0);
            if (!hit) return null;
            const r = hit.getBoundingClientRect();
            return [r.x + r.width / 2, r.y + r.height / 2];
        }})()"""
        x, y = self.wait(what, find)
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            button = {} if kind == "mouseMoved" else {"button": "left", "clickCount": 1}
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **button)


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


CELLS = """[...document.querySelectorAll('.jp-Notebook .jp-CodeCell')]"""
STATE = f"""(() => {{
    const cells = {CELLS}.filter(c => c.querySelector('.cm-content')?.textContent.trim());
    const prompts = cells.map(c => c.querySelector('.jp-InputPrompt')?.textContent ?? '');
    return {{
        cells: cells.length,
        done: prompts.filter(p => /\\[\\d+\\]/.test(p)).length,
        waiting: prompts.filter(p => /\\[\\*\\]/.test(p)).length,
        bad: [...document.querySelectorAll('.jp-OutputArea-output[data-mime-type$=".stderr"], '
            + '.jp-OutputArea-output[data-mime-type$=".error"]')].map(e => e.textContent.slice(0, 500)),
        figures: [...document.querySelectorAll('.jp-OutputArea-output img, .jp-OutputArea-output svg')]
            .filter(e => (e.naturalWidth ?? e.getBoundingClientRect().width) > 0).length,
    }};
}})()"""


def expected_figures(path):
    cells = json.loads(path.read_text())["cells"]
    outputs = itertools.chain.from_iterable(cell.get("outputs", []) for cell in cells)
    return sum("image/png" in output.get("data", {}) for output in outputs)


def run(page, address, token, path, screenshot):
    wanted = expected_figures(path)
    page.call("Page.navigate", url=f"{address}/lab/tree/{path.name}?reset&token={token}")
    page.wait("the notebook to open", f"{CELLS}.length > 0")
    wait_for_kernel(address, token, path.name)
    page.wait("the kernel's sign", "!!document.querySelector('.jp-Notebook-ExecutionIndicator[data-status=\"idle\"]')")
    page.click("the menu Run", ".lm-MenuBar-itemLabel", "Run")
    page.click("the entry Run All Cells", ".lm-Menu-itemLabel", "Run All Cells")
    page.wait("the first cell to start", f"(s => s.waiting + s.done > 0)({STATE})")
    end = time.monotonic() + PATIENCE
    while True:
        state = page.value(STATE)
        if state["bad"]:
            raise RuntimeError("a cell failed:\n" + "\n".join(state["bad"]))
        if state["done"] == state["cells"] and not state["waiting"]:
            break
        if time.monotonic() > end:
            raise RuntimeError(f"{state['done']} of {state['cells']} cells ran in {PATIENCE} s")
        time.sleep(0.5)
    page.wait(f"{wanted} figures (there are {page.value(STATE)['figures']})", f"({STATE}).figures >= {wanted}", 20)
    page.value("""(() => {
        const figures = document.querySelectorAll('.jp-OutputArea-output img, .jp-OutputArea-output svg');
        figures[figures.length - 1]?.scrollIntoView({block: 'center'});
    })()""")
    time.sleep(1)
    screenshot.write_bytes(b64decode(page.call("Page.captureScreenshot")["data"]))
    return f"{state['cells']} cells, {state['figures']} figures"


def post(url, token):
    request = urllib.request.Request(url, method="POST", headers={"Authorization": f"token {token}"})
    urllib.request.urlopen(request, timeout=30)


def sessions(address, token):
    with urllib.request.urlopen(f"{address}/api/sessions?token={token}", timeout=30) as answer:
        return json.load(answer)


def wait_for_kernel(address, token, name, seconds=90):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if any(s["name"] == name and s["kernel"]["execution_state"] == "idle" for s in sessions(address, token)):
            return
        time.sleep(0.3)
    raise RuntimeError(f"the kernel was not ready after {seconds} s")


def end_sessions(address, token):
    for session in sessions(address, token):
        url = f"{address}/api/sessions/{session['id']}"
        request = urllib.request.Request(url, method="DELETE", headers={"Authorization": f"token {token}"})
        urllib.request.urlopen(request, timeout=60)


def main():
    notebooks, chromium, screenshots = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2], pathlib.Path(sys.argv[3])
    screenshots.mkdir(parents=True, exist_ok=True)
    failed = 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        scratch = pathlib.Path(scratch)
        lab, address, token = start_lab(notebooks, scratch)
        browser, debugger = start_chromium(chromium, scratch)
        try:
            for name in sys.argv[4:]:
                started = time.monotonic()
                request = urllib.request.Request(f"http://{debugger}/json/new?about:blank", method="PUT")
                target = json.load(urllib.request.urlopen(request, timeout=30))
                page = Page(target["webSocketDebuggerUrl"])
                try:
                    page.call("Page.enable")
                    result = run(page, address, token, notebooks / name, screenshots / (name[:-6] + ".png"))
                    print(f"ok      {name}: {result}, {time.monotonic() - started:.0f} s", flush=True)
                except (RuntimeError, OSError, websocket.WebSocketException) as problem:
                    failed += 1
                    shot = screenshots / (name[:-6] + "-failed.png")
                    shot.write_bytes(b64decode(page.call("Page.captureScreenshot")["data"]))
                    print(f"FAILED  {name}: {problem}\n        screenshot: {shot}", flush=True)
                end_sessions(address, token)
                page.call("Page.close")
        finally:
            browser.kill()
            try:
                post(f"{address}/api/shutdown", token)
                lab.wait(60)
            except (OSError, subprocess.TimeoutExpired):
                lab.kill()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
