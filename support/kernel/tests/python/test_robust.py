"""Strangers, noise and sudden death."""

import os
import signal
import socket
import stat
import time
from pathlib import Path

import zmq
from jupyter_client.session import Session

from harness import PATIENCE, KERNELS, Kernel, KernelCase, eventually, folders, on_linux, processes

CHANNELS = ("shell", "control", "stdin")


class Strangers(KernelCase):
    def send(self, channel, frames):
        """Sends frames as another program on this machine would; returns whether an answer came."""
        info = self.kernel.client.get_connection_info()
        with zmq.Context() as context, context.socket(zmq.DEALER) as dealer:
            dealer.linger = 500
            dealer.connect(f"tcp://127.0.0.1:{info[f'{channel}_port']}")
            dealer.send_multipart(frames)
            return dealer.poll(500)

    def message(self, key, kind, content):
        session = Session(key=key)
        return session.serialize(session.msg(kind, content))

    def alive(self):
        for channel in ("shell", "control"):
            self.kernel.ask(channel, "kernel_info_request", seconds=10)
        self.assertEqual(self.ok("6 * 7").result, "42")

    def test_a_wrong_signature_is_refused_and_the_kernel_lives_on(self):
        file = Path(self.kernel.manager.connection_file).with_suffix(".intruder")
        code = f'std::fs::write({str(file)!r}, "in").unwrap();'.replace("'", '"')
        for key in (b"another key", b""):
            request = self.message(key, "execute_request", {
                "code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False,
                "stop_on_error": True})
            self.assertFalse(self.send("shell", request), "a stranger was answered")
            self.assertFalse(self.send("control", self.message(key, "shutdown_request", {"restart": False})))
            self.alive()
            self.assertFalse(file.exists(), "a stranger's code ran")

    def test_noise_is_ignored_and_the_kernel_lives_on(self):
        good = self.message(self.kernel.client.session.key, "kernel_info_request", {})
        mark, signature, header, parent, metadata, content = good
        noise = [
            [b""], [b"noise"], [b"<IDS|MSG>"], good[:3], good[:5],
            [b"noise"] * 20, [mark, b"\xff\xfe", header, parent, metadata, content],
            [mark, signature, b"{", parent, metadata, content], [mark, signature, header, parent, metadata, b"\xff" * 9],
        ]
        for channel in CHANNELS:
            for frames in noise:
                self.send_only(channel, frames)
        self.alive()

    def send_only(self, channel, frames):
        info = self.kernel.client.get_connection_info()
        with zmq.Context() as context, context.socket(zmq.DEALER) as dealer:
            dealer.linger = 500
            dealer.connect(f"tcp://127.0.0.1:{info[f'{channel}_port']}")
            dealer.send_multipart(frames)

    def test_well_signed_nonsense_is_ignored_and_the_kernel_lives_on(self):
        # The first completion loads the compiler's analysis, which `alive` does not wait for.
        self.kernel.ask("shell", "complete_request", {"code": "ab", "cursor_pos": 2}, seconds=PATIENCE)
        key = self.kernel.client.session.key
        session = Session(key=key)
        nonsense = [
            session.msg("no_such_request", {}),
            session.msg("execute_request", {}),
            session.msg("execute_request", {"code": 7}),
            session.msg("complete_request", {"code": "ab", "cursor_pos": 700}),
            session.msg("complete_request", {"code": "é🦀", "cursor_pos": 1}),
            session.msg("inspect_request", {"code": "", "cursor_pos": -1}),
            session.msg("history_request", {"hist_access_type": "no"}),
            session.msg("comm_msg", {"comm_id": "nobody"}),
            session.msg("input_reply", {"value": "unasked"}),
        ]
        for channel in CHANNELS:
            for message in nonsense:
                self.send_only(channel, session.serialize(message))
        self.alive()

    def test_bytes_that_are_not_zmq_are_ignored(self):
        info = self.kernel.client.get_connection_info()
        for name in ("shell", "control", "stdin", "iopub", "hb"):
            with socket.create_connection(("127.0.0.1", info[f"{name}_port"]), timeout=5) as raw:
                raw.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        self.alive()

    def test_the_heartbeat_echoes(self):
        info = self.kernel.client.get_connection_info()
        with zmq.Context() as context, context.socket(zmq.REQ) as heart:
            heart.linger = 0
            heart.connect(f"tcp://127.0.0.1:{info['hb_port']}")
            for beat in (b"ping", b"pong"):
                heart.send(beat)
                self.assertTrue(heart.poll(2000), "no heartbeat")
                self.assertEqual(heart.recv(), beat)

    def test_the_connection_file_is_the_users_alone(self):
        self.assertEqual(others(Path(self.kernel.manager.connection_file)), 0)

    @on_linux
    def test_the_kernels_files_are_the_users_alone(self):
        self.ok("let x = 1;")
        mine = folders(self.kernel.processes())
        self.assertTrue(mine, "no process of the kernel knows a folder below .lab/kernels")
        for folder in mine:
            # What lies in a folder that others cannot enter is out of their reach.
            self.assertTrue(others(folder) == 0 or others(KERNELS) == 0, f"others can read {folder}")

    @on_linux
    def test_it_listens_on_this_machine_only(self):
        pids = self.kernel.processes()
        listening = [address for table in ("tcp", "tcp6") for address in listeners(table, sockets(pids))]
        self.assertGreaterEqual(len(listening), 5, "the kernel's five ports were not found")
        local = ("0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F")
        self.assertEqual([address for address in listening if address not in local], [])


class Ends(KernelCase):
    """Each of these ends its kernel."""

    @classmethod
    def setUpClass(cls):
        pass

    def setUp(self):
        self.kernel = Kernel()
        self.addCleanup(self.kernel.close)

    def assert_gone(self, mark, mine, seconds):
        gone = eventually(lambda: not processes(mark), seconds)
        self.assertTrue(gone, f"still running: {processes(mark)}")
        self.assertTrue(eventually(lambda: not any(f.exists() for f in mine), 5), f"left behind: {mine}")

    @on_linux
    def test_shutdown_and_restart_leave_no_process_and_no_folder(self):
        before = self.kernel.processes()
        mine = folders(before)
        self.assertTrue(mine)
        self.kernel.restart(now=False)
        self.assertTrue(eventually(lambda: not set(before) & set(self.kernel.processes()), 5), "a restart leaves processes")
        self.assertTrue(eventually(lambda: not any(f.exists() for f in mine - folders(self.kernel.processes())), 5),
                        "a restart leaves a folder")
        self.assertEqual(self.ok("6 * 7").result, "42")
        mine = folders(self.kernel.processes())
        begun = time.monotonic()
        self.kernel.close()
        self.assertLess(time.monotonic() - begun, 5, "the kernel did not heed the request to end")
        self.assert_gone(self.kernel.mark, mine, 2)

    @on_linux
    def test_a_shutdown_ends_a_cell_that_never_would(self):
        cell = self.kernel.send('println!("begun"); loop { std::hint::spin_loop(); }')
        self.kernel.wait_for_text(cell, "begun")
        mine = folders(self.kernel.processes())
        self.kernel.request("control", "shutdown_request", {"restart": False})
        self.assert_gone(self.kernel.mark, mine, 5)

    @on_linux
    def test_a_killed_kernel_leaves_no_process_and_its_folder_is_swept(self):
        cell = self.kernel.send('println!("begun"); loop { std::hint::spin_loop(); }')
        self.kernel.wait_for_text(cell, "begun")
        mine = folders(self.kernel.processes())
        os.kill(self.kernel.pid, signal.SIGKILL)
        gone = eventually(lambda: not processes(self.kernel.mark), 2)
        left = processes(self.kernel.mark)
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        self.assertTrue(gone, f"still running after 2 s: {left}")
        for folder in mine:
            age(folder)
        self.kernel.client.stop_channels()
        self.kernel = Kernel()
        self.addCleanup(self.kernel.close)
        self.assertTrue(eventually(lambda: not any(f.exists() for f in mine), 5), f"never swept: {mine}")


def others(path):
    return stat.S_IMODE(path.stat().st_mode) & 0o077


def age(folder):
    """Lets an hour pass for a folder and what lies right in it: a young one may belong to a kernel that starts."""
    then = time.time() - 3600
    for path in [*folder.glob("*"), folder] if folder.exists() else []:
        os.utime(path, (then, then), follow_symlinks=False)


def sockets(pids):
    """The inodes of all sockets that these processes hold."""
    found = set()
    for pid in pids:
        for link in Path(f"/proc/{pid}/fd").iterdir():
            try:
                target = os.readlink(link)
            except OSError:
                continue
            if target.startswith("socket:["):
                found.add(target[8:-1])
    return found


def listeners(table, inodes):
    """The addresses, in the kernel's hexadecimal, at which these sockets listen."""
    path = Path("/proc/net") / table
    rows = [line.split() for line in path.read_text().splitlines()[1:]] if path.exists() else []
    return [row[1].split(":")[0] for row in rows if row[3] == "0A" and row[9] in inodes]
