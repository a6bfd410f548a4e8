"""A kernel under test: starts it as Jupyter does, runs cells, and notes when each message came."""

import atexit
import os
import re
import secrets
import signal
import time
import unittest
from dataclasses import dataclass, field
from pathlib import Path

import zmq
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

NAME = os.environ.get("KERNEL_TEST_NAME", "rust")
KERNEL = Path(KernelSpecManager().get_kernel_spec(NAME).argv[0])
LAB = KERNEL.parents[1]
NOTEBOOKS = LAB.parent / "notebooks"
KERNELS = LAB / "kernels"

PATIENCE = 90  # seconds for anything that has no limit of its own: the machine may be busy
SUPPORT = [':dep support = { path = "../support" }', "use support::prelude::*;"]

# What crate `support` prints for a display, without the crate.
SHOW = r"""
fn show(verb: &str, id: &str, mime: &str, content: &str) {
    print!("EVCXR_BEGIN_CONTENT {mime} 1/1 {verb} {id}\n{content}\nEVCXR_END_CONTENT\n");
}
fn sleep(milliseconds: u64) {
    std::thread::sleep(std::time::Duration::from_millis(milliseconds));
}
"""

on_linux = unittest.skipUnless(Path("/proc/self/environ").exists(), "reads /proc")


@dataclass
class Message:
    time: float
    type: str
    content: dict
    channel: str


@dataclass
class Cell:
    """One execute request and all that came of it."""

    sent: float
    messages: list[Message] = field(default_factory=list)
    reply: dict | None = None
    replied: float = 0.0
    idle: float = 0.0

    @property
    def done(self):
        return self.reply is not None and self.idle > 0

    @property
    def status(self):
        return self.reply and self.reply["status"]

    def of(self, *types):
        return [message for message in self.messages if message.type in types]

    def text(self, stream="stdout"):
        return "".join(m.content["text"] for m in self.of("stream") if m.content["name"] == stream)

    @property
    def errors(self):
        return [message.content for message in self.of("error")]

    @property
    def result(self):
        return next((m.content["data"].get("text/plain") for m in self.of("execute_result")), None)

    @property
    def traceback(self):
        return without_colours("\n".join(self.reply.get("traceback", [])))

    def outputs(self):
        """Printed lines and displays in the order in which they came."""
        found = []
        for message in self.of("stream", "display_data", "update_display_data", "clear_output", "execute_result"):
            if message.type != "stream":
                found.append((message.type, message.content.get("data")))
            elif found and found[-1][0] == message.content["name"]:
                found[-1] = (found[-1][0], found[-1][1] + message.content["text"])
            else:
                found.append((message.content["name"], message.content["text"]))
        return found

    def said(self):
        """Everything, for the message of a test that failed."""
        return f"reply {self.reply}, outputs {self.outputs()}, errors {self.errors}"


class Kernel:
    def __init__(self, wait=True, folder=NOTEBOOKS, name=NAME, **environment):
        # Every process below the kernel inherits it: so they are found, whoever their parent is by then.
        self.mark = f"KERNEL_TEST_MARK={secrets.token_hex(8)}"
        self.environment = dict([self.mark.split("=")], **environment)
        self.cells: dict[str, Cell] = {}
        self.replies: dict[str, Message] = {}
        self.asked: list[dict] = []
        self.manager = KernelManager(kernel_name=name)
        # Also when a test is broken off: a kernel that nobody ends runs for ever.
        atexit.register(self.kill)
        self.manager.start_kernel(cwd=str(folder), env={**os.environ, **self.environment})
        self.connect(wait)

    def connect(self, wait=True):
        self.client = self.manager.client()
        self.client.start_channels()
        try:
            if wait:
                self.client.wait_for_ready(timeout=PATIENCE)
        except BaseException:
            self.close()
            raise
        names = ["shell", "iopub", "control", "stdin"]
        self.sockets = {getattr(self.client, f"{name}_channel").socket: name for name in names}
        self.poller = zmq.Poller()
        for socket in self.sockets:
            self.poller.register(socket, zmq.POLLIN)

    def restart(self, now):
        self.client.stop_channels()
        # The next client counts its messages from one again.
        self.cells.clear()
        self.replies.clear()
        self.manager.restart_kernel(now=now)
        self.connect()

    def close(self):
        self.client.stop_channels()
        if self.manager.has_kernel:
            self.manager.shutdown_kernel()
        self.manager.cleanup_resources()

    def kill(self):
        for pid in self.processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass  # it has just ended

    @property
    def pid(self):
        return self.manager.provisioner.process.pid

    def processes(self):
        """Process number -> command line."""
        return processes(self.mark)

    # Cells

    def send(self, code, **options):
        message = self.client.execute(code, **{"allow_stdin": False, **options})
        self.cells[message] = cell = Cell(time.monotonic())
        return cell

    def run(self, code, seconds=PATIENCE, **options):
        cell = self.send(code, **options)
        self.finish(cell, seconds=seconds)
        return cell

    def load_support(self):
        for code in SUPPORT:
            cell = self.run(code, 180)
            if cell.status != "ok":
                raise RuntimeError(f"`{code}` fails: {cell.said()}")

    def finish(self, *cells, seconds=PATIENCE):
        self.wait("the end of the cell", lambda: all(cell.done for cell in cells), seconds)

    def wait_for_text(self, cell, text, seconds=PATIENCE):
        self.wait(f"`{text}` on stdout", lambda: text in cell.text() or cell.done, seconds)
        if text not in cell.text():
            raise AssertionError(f"the cell ended without `{text}`: {cell.said()}")

    def healthy(self):
        """Whether it is up and no cell of an earlier test still runs."""
        return self.manager.is_alive() and all(cell.done for cell in self.cells.values())

    # Messages

    def ask(self, channel, kind, content=None, seconds=20):
        """Sends a request and returns the reply as it came."""
        identity = self.request(channel, kind, content)
        self.wait(f"the reply to {kind}", lambda: identity in self.replies, seconds)
        return self.replies.pop(identity)

    def request(self, channel, kind, content=None):
        message = self.client.session.msg(kind, content or {})
        getattr(self.client, f"{channel}_channel").send(message)
        return message["header"]["msg_id"]

    def interrupt(self):
        """Presses the stop button; returns when."""
        self.request("control", "interrupt_request")
        return time.monotonic()

    def pause(self, seconds):
        """Sleeps, but reads what comes."""
        end = time.monotonic() + seconds
        self.wait("nothing", lambda: time.monotonic() >= end, seconds + 1)

    def wait(self, what, until, seconds=PATIENCE):
        end = time.monotonic() + seconds
        while not until():
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"waited {seconds:.0f} s in vain for {what}")
            for socket, _ in self.poller.poll(min(left, 0.05) * 1000):
                self.receive(socket)

    def receive(self, socket):
        frames = socket.recv_multipart()
        now = time.monotonic()
        _, parts = self.client.session.feed_identities(frames)
        raw = self.client.session.deserialize(parts)
        message = Message(now, raw["msg_type"], raw["content"], self.sockets[socket])
        parent = raw["parent_header"].get("msg_id")
        cell = self.cells.get(parent)
        if message.channel == "stdin":
            self.asked.append(message.content)
        elif message.channel != "iopub":
            if cell:
                cell.reply, cell.replied = message.content, now
            else:
                self.replies[parent] = message
        elif cell:
            cell.messages.append(message)
            if message.type == "status" and message.content["execution_state"] == "idle":
                cell.idle = now


class KernelCase(unittest.TestCase):
    """Tests that share one kernel: a start costs seconds."""

    support = False
    kernel: Kernel

    @classmethod
    def setUpClass(cls):
        cls.kernel = Kernel()
        cls.addClassCleanup(lambda: cls.kernel.close())
        cls.prepare()

    @classmethod
    def prepare(cls):
        """What the tests find in a fresh process."""
        cls.first = cls.kernel.run(SHOW)
        if cls.support:
            cls.kernel.load_support()

    def setUp(self):
        if not self.kernel.healthy():
            self.kernel.restart(now=True)
            self.prepare()

    def ok(self, code, **options):
        cell = self.kernel.run(code, **options)
        self.assertEqual(cell.status, "ok", f"`{code}`: {cell.said()}")
        return cell

    def error(self, cell, name, value=None):
        """The cell ended in exactly one error of this name, told alike in reply and output."""
        self.assertEqual(cell.status, "error", cell.said())
        self.assertEqual(cell.reply.get("ename"), name, cell.said())
        if value is not None:
            self.assertEqual(cell.reply["evalue"], value)
        self.assertEqual(len(cell.errors), 1, "one error message was expected")
        for key in ("ename", "evalue", "traceback"):
            self.assertEqual(cell.errors[0][key], cell.reply.get(key), f"reply and output differ in {key}")
        shown = cell.traceback + cell.reply["evalue"] + cell.text("stderr")
        self.assertNotRegex(shown, r"frame #|0x[0-9a-f]{6}|\.cpp:\d+", "C++ frames are shown")
        return cell


def processes(mark):
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (folder / "environ").read_bytes():
                found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
        except OSError:
            pass  # it has ended, or is not ours
    return found


def folders(pids):
    """The folders below .lab/kernels that these processes know of."""
    below = re.compile(re.escape(os.fsencode(KERNELS)) + rb"/([\w.-]+)")
    found = set()
    for pid in pids:
        for file in ("environ", "cmdline", "maps"):
            try:
                found.update(below.findall(Path(f"/proc/{pid}/{file}").read_bytes()))
            except OSError:
                pass
    return {KERNELS / os.fsdecode(name) for name in found}


def eventually(what, seconds=10):
    """Waits for something outside the kernel's messages; returns whether it came."""
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def without_colours(text):
    return re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", text)
