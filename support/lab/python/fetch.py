"""Fetches the parts of pinned wheels that make a libtorch, a few ranges of bytes out of each.

    python fetch.py libtorch.json PLATFORM STAGING DOWNLOADS

pip finds and reaches the index: its configuration, proxies, certificates and passwords all hold here. Every file is
checked against the wheel's RECORD, and the RECORD against the hash pinned in libtorch.json. Bytes fetched are kept in
DOWNLOADS until their files lie in STAGING, so a broken download goes on where it stopped. Tells its progress as lines
of JSON on stdout: {"done": bytes, "total": bytes}, {"note": text}, and {"error": text} before it ends with status 1.
"""

import base64
import csv
import errno
import hashlib
import io
import json
import os
import shutil
import struct
import sys
import threading
import time
import zipfile
import zlib
from fnmatch import fnmatchcase
from pathlib import Path

from pip._internal.cli import cmdoptions
from pip._internal.commands import create_command
from pip._vendor.requests.exceptions import RequestException
from pip._vendor.urllib3.exceptions import HTTPError

# Files closer to each other than this are fetched in one go.
GAP = 1 << 16
CHUNK = 1 << 18
IDENTITY = {"Accept-Encoding": "identity", "Cache-Control": "no-cache"}
NETWORK_ERRORS = (RequestException, HTTPError, ConnectionError, TimeoutError)


class Trouble(Exception):
    """Something to tell the reader in one sentence."""


def say(**message) -> None:
    print(json.dumps(message), flush=True)


class Wheels:
    """pip's view of the package index."""

    def __init__(self):
        self.command = create_command("download")
        options, _ = self.command.parse_args(["--no-cache-dir", "torch"])
        # Sessions belong to a running command in pip; this one runs as long as we do.
        self._running = self.command.main_context()
        self._running.__enter__()
        self.session = self.command.get_default_session(options)

    def finder(self, platforms, python="3.11"):
        tags = [a for p in platforms for a in ("--platform", p)]
        asked = ["--no-cache-dir", "--only-binary", ":all:", "--python-version", python, *tags, "--dest", ".", "torch"]
        options, _ = self.command.parse_args(asked)
        target = cmdoptions.make_target_python(options)
        return self.command._build_package_finder(options, self.session, target_python=target)

    def links(self, project: str, platforms=("manylinux_2_28_x86_64",)):
        return [c.link for c in self.finder(platforms).find_all_candidates(project)]

    def url(self, wheel: dict) -> str:
        """The address of a pinned wheel, by its file name."""
        # torch-2.13.0-cp311-cp311-manylinux_2_28_x86_64.whl: the last part names the platforms it is for.
        platforms = wheel["file"].removesuffix(".whl").split("-")[-1].split(".")
        for link in self.links(wheel["project"], platforms):
            if link.filename == wheel["file"]:
                return link.url
        raise Trouble(f"the package index that pip uses does not offer {wheel['file']}; "
                      "see `pip config list` and the variables PIP_INDEX_URL, HTTPS_PROXY")


class Remote:
    """A wheel that lies elsewhere, read by ranges."""

    def __init__(self, session, url: str):
        self.session, self.url = session, url
        self.position = 0
        with self.get(0, 1) as answer:
            if answer.status_code != 206:
                raise NoRanges(url)
            self.size = int(answer.headers["Content-Range"].rpartition("/")[2])

    def get(self, start: int, end: int):
        headers = {**IDENTITY, "Range": f"bytes={start}-{end - 1}"}
        answer = self.session.get(self.url, headers=headers, stream=True)
        answer.raise_for_status()
        return answer

    # What zipfile needs of a file.
    def seekable(self):
        return True

    def seek(self, offset, whence=0):
        self.position = offset + (0, self.position, self.size)[whence]
        return self.position

    def tell(self):
        return self.position

    def read(self, size=-1):
        end = self.size if size is None or size < 0 else min(self.size, self.position + size)
        if end <= self.position:
            return b""
        with self.get(self.position, end) as answer:
            data = answer.content
        if len(data) != end - self.position:
            raise ConnectionError(f"{len(data)} bytes came where {end - self.position} were asked for")
        self.position = end
        return data

    def open(self) -> zipfile.ZipFile:
        return zipfile.ZipFile(self)


class NoRanges(Exception):
    """The server sends whole files only."""


class Local(Remote):
    """The same for a wheel that lies here whole."""

    def __init__(self, path: Path):
        self.file = open(path, "rb")
        self.size = path.stat().st_size
        self.position = 0

    def read(self, size=-1):
        self.file.seek(self.position)
        data = self.file.read(size)
        self.position += len(data)
        return data


def spans(archive: zipfile.ZipFile, wanted):
    """Runs of bytes that hold the wanted members: (start, end, members), near ones joined."""
    starts = sorted(m.header_offset for m in archive.infolist()) + [archive.start_dir]
    after = dict(zip(starts, starts[1:]))
    runs = []
    for member in sorted((m for m in wanted if not m.is_dir()), key=lambda m: m.header_offset):
        start, end = member.header_offset, after[member.header_offset]
        if runs and start - runs[-1][1] < GAP:
            runs[-1][1] = end
            runs[-1][2].append(member)
        else:
            runs.append([start, end, [member]])
    return runs


class Fetch:
    """One libtorch, from all its wheels."""

    def __init__(self, plan: dict, staging: Path, downloads: Path):
        self.plan, self.staging, self.downloads = plan, staging, downloads
        self.total = sum(w["bytes"] for w in plan["wheels"])
        self.done = 0
        self.told = 0.0

    def progress(self, more: int) -> None:
        self.done += more
        if time.monotonic() - self.told > 0.1 or self.done >= self.total:
            self.told = time.monotonic()
            say(done=self.done, total=self.total)

    def run(self) -> None:
        self.downloads.mkdir(parents=True, exist_ok=True)
        self.staging.mkdir(parents=True, exist_ok=True)
        pip = None
        for wheel in self.plan["wheels"]:
            # A wheel is marked when all its files are in place, so a resumed set-up does not even ask for it.
            mark = self.downloads / (wheel["file"] + "." + wheel["record"][:8] + ".done")
            if not mark.exists():
                pip = pip or patiently(Wheels)
                self.wheel(pip, wheel)
                mark.touch()
            else:
                self.progress(wheel["bytes"])
        for name, target in self.plan["links"].items():
            path = self.staging / name
            path.unlink(missing_ok=True)
            path.symlink_to(target)
        for mark in self.downloads.glob("*.done"):
            mark.unlink()

    def wheel(self, pip: Wheels, wheel: dict) -> None:
        url = patiently(lambda: pip.url(wheel))
        whole = self.downloads / wheel["file"]
        try:
            source = Local(whole) if whole.exists() else patiently(lambda: Remote(pip.session, url))
        except NoRanges:
            self.whole(pip.session, url, wheel, whole)
            source = Local(whole)
        archive = patiently(source.open)
        members = archive.infolist()
        listed = next(m for m in members if m.filename.endswith(".dist-info/RECORD"))
        record = patiently(lambda: archive.read(listed))
        if hashlib.sha256(record).hexdigest() != wheel["record"]:
            raise Trouble(f"{wheel['file']} is not the file that was pinned: its RECORD has another hash")
        hashes = {row[0]: row[1] for row in csv.reader(io.StringIO(record.decode())) if row}
        target = {}
        for member in members:
            for pattern, folder in wheel["take"]:
                name = place(member.filename, pattern, folder)
                if name and not member.is_dir():
                    target[member.filename] = name
        wanted = [m for m in members if m.filename in target]
        for start, end, inside in spans(archive, wanted):
            self.span(source, wheel, start, end, inside, target, hashes)
        if isinstance(source, Local):
            source.file.close()
        whole.unlink(missing_ok=True)

    def span(self, source, wheel, start, end, inside, target, hashes) -> None:
        missing = [m for m in inside if not (self.staging / target[m.filename]).exists()]
        counted = end - start if not isinstance(source, Local) else 0
        if not missing:
            return self.progress(counted)
        part = self.downloads / f"{wheel['sha256'][:12]}-{start}-{end}.part"
        if isinstance(source, Local):
            source.seek(start)
            part.write_bytes(source.read(end - start))
        else:
            self.download(source, start, end, part)
        with open(part, "rb") as data:
            for member in missing:
                data.seek(member.header_offset - start)
                unpack(data, member, self.staging / target[member.filename], hashes[member.filename], part)
        part.unlink()

    def download(self, source: Remote, start: int, end: int, part: Path) -> None:
        """Appends to `part` until it holds all of [start, end); a break costs only what was under way."""
        have = min(part.stat().st_size, end - start) if part.exists() else 0
        self.progress(have)
        failures = 0
        while have < end - start:
            try:
                with source.get(start + have, end) as answer, open(part, "ab") as out:
                    if answer.status_code != 206:
                        raise ConnectionError(f"status {answer.status_code} where a part was asked for")
                    for chunk in answer.raw.stream(CHUNK, decode_content=False):
                        out.write(chunk)
                        have += len(chunk)
                        failures = 0
                        self.progress(len(chunk))
                if have < end - start:
                    raise ConnectionError("the connection ended early")
            except NETWORK_ERRORS as error:
                failures = give_up_or_wait(failures, error)

    def whole(self, session, url: str, wheel: dict, path: Path) -> None:
        say(note=f"the server sends whole files only: fetching all {wheel['size'] // 1_000_000} MB of {wheel['file']}")
        self.total += wheel["size"] - wheel["bytes"]

        def attempt():
            digest, got = hashlib.sha256(), 0
            answer = session.get(url, headers=IDENTITY, stream=True)
            answer.raise_for_status()
            try:
                with open(path.with_suffix(".part"), "wb") as out:
                    for chunk in answer.raw.stream(CHUNK, decode_content=False):
                        out.write(chunk)
                        digest.update(chunk)
                        got += len(chunk)
                        self.progress(len(chunk))
                if got != wheel["size"]:
                    raise ConnectionError(f"{got} bytes came where {wheel['size']} were expected")
            except NETWORK_ERRORS:
                self.done -= got
                raise
            if digest.hexdigest() != wheel["sha256"]:
                raise Trouble(f"{wheel['file']} is not the file that was pinned: its SHA-256 differs")

        patiently(attempt)
        path.with_suffix(".part").rename(path)


def place(name: str, pattern: str, folder: str):
    """Where in libtorch a member goes that `pattern` (a folder, a file or a glob) takes, or None."""
    if pattern.endswith("/"):
        return folder + name[len(pattern):] if name.startswith(pattern) else None
    return folder + name.rpartition("/")[2] if fnmatchcase(name, pattern) else None


def unpack(data, member, path: Path, expected: str, part: Path) -> None:
    """Writes one member to `path` through a neighbour, so that a file under its own name is always whole."""
    header = data.read(30)
    names = struct.unpack("<HH", header[26:30])
    data.seek(sum(names), os.SEEK_CUR)
    inflate = zlib.decompressobj(-15) if member.compress_type == zipfile.ZIP_DEFLATED else None
    digest = hashlib.sha256()
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".new")
    left = member.compress_size
    try:
        with open(unfinished, "wb") as out:
            while left:
                raw = data.read(min(left, 1 << 20))
                if not raw:
                    break
                left -= len(raw)
                raw = inflate.decompress(raw) if inflate else raw
                digest.update(raw)
                out.write(raw)
            raw = inflate.flush() if inflate else b""
            digest.update(raw)
            out.write(raw)
        found = "sha256=" + base64.urlsafe_b64encode(digest.digest()).decode().rstrip("=")
    except zlib.error as error:
        found = str(error)
    if found != expected:
        # Do not keep what is bad: the next call fetches it anew.
        unfinished.unlink(missing_ok=True)
        part.unlink(missing_ok=True)
        raise Trouble(f"{member.filename} came damaged ({found} instead of {expected}); call again to fetch it anew")
    unfinished.rename(path)


def patiently(action):
    failures = 0
    while True:
        try:
            return action()
        except NETWORK_ERRORS as error:
            failures = give_up_or_wait(failures, error)


def give_up_or_wait(failures: int, error: Exception) -> int:
    if failures >= 4:
        raise Trouble(f"the download broke off ({error}); what came is kept, call again to go on from there")
    time.sleep(2**failures)
    return failures + 1


def leave_with_parent() -> None:
    """Ends this process when `lab` does, however it ended: its end of our stdin closes."""
    while os.read(0, 64):
        pass
    os._exit(130)


def main() -> int:
    manifest, platform, staging, downloads = sys.argv[1:5]
    threading.Thread(target=leave_with_parent, daemon=True).start()
    plan = json.loads(Path(manifest).read_text())["platforms"][platform]
    try:
        Fetch(plan, Path(staging), Path(downloads)).run()
    except Trouble as trouble:
        say(error=str(trouble))
        return 1
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        free = shutil.disk_usage(downloads).free
        say(error=f"the disk is full ({free // 1_000_000} MB free); make room and call again: what came is kept")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
