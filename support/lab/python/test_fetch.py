"""What can happen to a download, played through against a server on this machine.

    python -m unittest discover -s support/lab/python      (`cargo test -p lab` does so)
"""

import base64
import hashlib
import io
import os
import random
import tempfile
import threading
import unittest
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from unittest import mock

import fetch
from pip._vendor import requests

# Does not compress, so that what is fetched can be counted.
BIG = random.Random(0).randbytes(700_000)
FILES = {"torch/include/a.h": b"a", "torch/include/deep/b.h": b"b" * 3000, "torch/other.py": b"x" * 200_000,
         "torch/lib/libbig.so": BIG, "torch/lib/libskipped.so": BIG[::-1]}


def wheel() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        record = ""
        for name, data in FILES.items():
            archive.writestr(name, data)
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
            record += f"{name},sha256={digest},{len(data)}\n"
        archive.writestr("torch-1.dist-info/RECORD", record)
    return out.getvalue()


class Server(BaseHTTPRequestHandler):
    data = b""
    ranges = True
    breaks = 0  # so many answers end after half of their bytes
    sent = 0
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        start, end = 0, len(self.data)
        asked = self.headers.get("Range")
        if asked and Server.ranges:
            first, last = asked.removeprefix("bytes=").split("-")
            start, end = int(first), min(end, int(last) + 1)
        body = self.data[start:end]
        self.send_response(206 if asked and Server.ranges else 200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Range", f"bytes {start}-{end - 1}/{len(self.data)}")
        self.end_headers()
        if Server.breaks and len(body) > 100_000:
            Server.breaks -= 1
            body = body[: len(body) // 2]
            self.close_connection = True
        Server.sent += len(body)
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Quiet(ThreadingHTTPServer):
    def handle_error(self, *_):
        pass  # a client that has what it wants leaves


class Pip:
    """In the place of pip's view of the index."""

    def __init__(self, url):
        self.session, self.address = requests.Session(), url

    def url(self, _):
        return self.address


class Downloads(unittest.TestCase):
    def setUp(self):
        Server.data, Server.ranges, Server.breaks, Server.sent = wheel(), True, 0, 0
        self.server = Quiet(("127.0.0.1", 0), Server)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.staging, self.downloads = Path(folder.name) / "staging", Path(folder.name) / "downloads"
        with zipfile.ZipFile(io.BytesIO(Server.data)) as archive:
            record = archive.read("torch-1.dist-info/RECORD")
            take = [["torch/include/", "include/"], ["torch/lib/libbig.so", "lib/"]]
            wanted = [m for m in archive.infolist() if any(fetch.place(m.filename, *t) for t in take)]
            size = sum(end - start for start, end, _ in fetch.spans(archive, wanted))
        self.plan = {"wheels": [{"file": "torch-1-py3-none-any.whl", "sha256": hashlib.sha256(Server.data).hexdigest(),
                                 "record": hashlib.sha256(record).hexdigest(), "size": len(Server.data), "bytes": size,
                                 "project": "torch", "take": take}],
                     "links": {"lib/libtorch.so": "libbig.so"}}
        self.said = []
        for name, new in {"say": lambda **m: self.said.append(m), "time": mock.Mock(monotonic=lambda: 0.0),
                          "Wheels": lambda: Pip(f"http://127.0.0.1:{self.server.server_port}/w.whl")}.items():
            patch = mock.patch.object(fetch, name, new)
            patch.start()
            self.addCleanup(patch.stop)

    def fetch(self):
        fetch.Fetch(self.plan, self.staging, self.downloads).run()

    def assert_complete(self):
        found = {str(p.relative_to(self.staging)) for p in self.staging.rglob("*") if not p.is_dir()}
        self.assertEqual(found, {"include/a.h", "include/deep/b.h", "lib/libbig.so", "lib/libtorch.so"})
        self.assertEqual((self.staging / "lib/libbig.so").read_bytes(), BIG)
        self.assertEqual(os.readlink(self.staging / "lib/libtorch.so"), "libbig.so")
        self.assertEqual(list(self.downloads.iterdir()), [])

    def test_only_what_is_needed_is_fetched(self):
        self.fetch()
        self.assert_complete()
        self.assertLess(Server.sent, len(BIG) * 1.2)
        self.assertEqual(self.said[-1], {"done": self.plan["wheels"][0]["bytes"], "total": self.plan["wheels"][0]["bytes"]})

    def test_a_connection_that_breaks_is_taken_up_again(self):
        Server.breaks = 3
        self.fetch()
        self.assert_complete()
        self.assertLess(Server.sent, len(BIG) * 1.2)

    def test_one_that_breaks_for_good_is_told_and_the_next_call_goes_on(self):
        with mock.patch.object(fetch.Remote, "get", side_effect=ConnectionError("cable pulled")):
            with self.assertRaisesRegex(fetch.Trouble, "cable pulled.*call again"):
                self.fetch()
        self.fetch()
        self.assert_complete()

    def test_what_a_killed_call_left_is_used(self):
        with mock.patch.object(fetch, "unpack", side_effect=KeyboardInterrupt):
            with self.assertRaises(KeyboardInterrupt):
                self.fetch()
        kept = sum(p.stat().st_size for p in self.downloads.glob("*.part"))
        self.assertGreater(kept, 0)
        before = Server.sent
        self.fetch()
        self.assert_complete()
        self.assertLess(Server.sent - before, len(BIG) * 1.2 - kept)

    def test_damage_is_noticed_and_not_kept(self):
        good = Server.data
        at = good.index(BIG[1000:1100]) if BIG[1000:1100] in good else len(good) // 4
        Server.data = good[:at] + bytes([good[at] ^ 255]) + good[at + 1:]
        with self.assertRaisesRegex(fetch.Trouble, "libbig.so came damaged"):
            self.fetch()
        self.assertFalse((self.staging / "lib/libbig.so").exists())
        Server.data = good
        self.fetch()
        self.assert_complete()

    def test_another_file_under_the_pinned_name_is_refused(self):
        self.plan["wheels"][0]["record"] = "0" * 64
        with self.assertRaisesRegex(fetch.Trouble, "not the file that was pinned"):
            self.fetch()
        self.assertFalse(any(self.staging.rglob("*.so")))

    def test_a_server_without_ranges_sends_all(self):
        Server.ranges = False
        Server.breaks = 1
        self.fetch()
        self.assert_complete()
        self.assertTrue(any("whole" in m.get("note", "") for m in self.said))

    def test_a_whole_wheel_must_have_the_pinned_hash(self):
        Server.ranges = False
        self.plan["wheels"][0]["sha256"] = "0" * 64
        with self.assertRaisesRegex(fetch.Trouble, "SHA-256"):
            self.fetch()


if __name__ == "__main__":
    unittest.main()
