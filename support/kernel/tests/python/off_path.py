"""Off the beaten path: what a user may do by mistake, and a kernel that goes on as if it had been nothing."""

import os
import re
import secrets
from contextlib import contextmanager
from pathlib import Path

from harness import LAB, PATIENCE, KernelCase, eventually, without_colours

AT_ONCE = 15  # seconds: far more than such a cell takes, also on a busy machine, and soon enough to give up
EARLIER = "let earlier = vec![1, 2, 3];"

# What a user never wrote and cannot act on.
INSIDES = {
    "evcxr's machinery": r"(?i:evcxr)|\bctx\b|run_user_code|src/lib\.rs|\bpersist",
    "the kernel's machinery": r"KERNEL_|\{\"(?:started|died)\"",
    "the standard library's source": r"/rustc/|stack backtrace",
    "a path of this machine":
        r"(?:^|(?<=[\s\"'`(\[=<]))(?:file://)?/(?:[\w.+-]+/)+[\w.+-]+|" + re.escape(f"{LAB.parent}"),
}


class OffPath(KernelCase):
    """After each mistake the next cell answers, and the variables of earlier cells are there."""

    # A test that leaves the kernel in a state of its own says so.
    spoilt = False
    # Whether the last part of a test passed.
    calm = True

    def setUp(self):
        self.mend()

    def mend(self):
        """Restarts the kernel if an earlier test has left it such that this one could not tell what is wrong."""
        if self.spoilt or not self.kernel.healthy() or self.trouble():
            self.kernel.restart(now=True)
            self.prepare()
            self.assertIsNone(self.trouble(PATIENCE), "a kernel does not run its first cells")
        type(self).spoilt, type(self).calm = False, True

    @contextmanager
    def part(self, *name, **names):
        """One of several inputs of a test, each of which finds a kernel that answers."""
        if self.spoilt or not self.calm:
            self.mend()
        type(self).calm = False
        with self.subTest(*name, **names):
            yield
            type(self).calm = True

    def spoils(self):
        type(self).spoilt = True

    def trouble(self, seconds=AT_ONCE):
        """Defines what `next_cell` asks for; why a test could not begin."""
        # A cell that no kernel ran before has the compiler and its analysis loaded, which a test's limits do not allow for.
        unknown = f"let unknown_{secrets.token_hex(4)} = 1;"
        for code in [EARLIER, unknown, "Kind::Float"] if self.support else [EARLIER, unknown]:
            try:
                cell = self.run_cell(code, max(seconds, PATIENCE) if code == unknown else seconds)
            except TimeoutError as error:
                return f"`{code}`: {error}"
            if cell.status != "ok":
                return f"`{code}`: {said(cell)}"
        return None

    def run_cell(self, code, seconds=AT_ONCE, **options):
        return self.kernel.run(code, within(seconds), **options)

    def ok(self, code, seconds=AT_ONCE, **options):
        cell = self.run_cell(code, seconds, **options)
        self.assertEqual(cell.status, "ok", f"`{code}`: {said(cell)}")
        return cell

    def shows(self, code, wanted, **options):
        """The cell passes and its value is `wanted`."""
        cell = self.ok(code, **options)
        self.assertEqual(cell.result, wanted, f"`{code}`: {said(cell)}")
        return cell

    def error(self, cell, name, value=None):
        """As its base class has it; without a name any will do, and the report is readable."""
        name = name or (cell.reply or {}).get("ename")
        self.assertEqual((cell.status, (cell.reply or {}).get("ename")), ("error", name), said(cell))
        return super().error(cell, name, value)

    def fails(self, code, name, *words, **options):
        """The cell ends in one error of this name that says all these words, and nothing of the kernel's insides."""
        cell = self.error(self.run_cell(code, **options), name)
        self.says(cell, *words)
        self.no_insides(cell)
        return cell

    def next_cell(self, kept=True):
        """The next cell answers at once; unless the process was lost, so do the variables of earlier cells."""
        cell = self.run_cell("6 * 7", AT_ONCE)
        self.assertEqual((cell.status, cell.outputs()), ("ok", [("execute_result", {"text/plain": "42"})]),
                         f"the next cell: {said(cell)}")
        if kept:
            cell = self.run_cell("earlier")
            self.assertEqual((cell.status, cell.result), ("ok", "[1, 2, 3]"), f"an earlier variable: {said(cell)}")

    def says(self, cell, *words):
        """Each of these patterns is found in what the reader is shown."""
        for word in words:
            self.assertTrue(re.search(word, shown(cell)), f"it does not say {word!r}: {said(cell)}")

    def no_insides(self, cell):
        for name, pattern in INSIDES.items():
            found = re.search(pattern, shown(cell), re.MULTILINE)
            self.assertFalse(found, f"it shows {name}, {found and found[0]!r}: {said(cell)}")

    def no_compiler_left(self):
        def working():
            return {pid: line for pid, line in self.kernel.processes().items()
                    if re.match(r"(?:\S*/)?(?:rustc|cargo|cc|ld|lld|rust-lld)\b", line)}
        self.assertTrue(eventually(lambda: not working(), 5), f"still running: {working()}")


def shown(cell):
    """All text that a reader sees of a cell: streams, values, errors."""
    parts = []
    for message in cell.messages:
        if message.type == "stream":
            parts.append(message.content["text"])
        elif message.type == "error":
            parts += [message.content["ename"], message.content["evalue"], *message.content["traceback"]]
        elif "data" in message.content:
            parts += [text for mime, text in message.content["data"].items() if mime == "text/plain"]
    return without_colours("\n".join(parts))


def said(cell):
    """`cell.said()` without colours, and of a flood only its size."""
    if len(cell.messages) > 1000:
        return f"{cell.status}, {len(cell.messages)} messages"
    return cell.said()[:3000] if cell.status != "error" else f"error {cell.reply.get('ename')}: {shown(cell)[:3000]}"


def within(seconds):
    """A limit for a quiet machine; wider on one where others compile, but never without end."""
    return seconds * min(max(1, os.getloadavg()[0] / os.cpu_count()), 4)


def most_memory(pids):
    """The most memory, in MB, that one of these processes ever held."""
    found = [0]
    for pid in pids:
        try:
            status = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            continue
        found += [int(kilobytes) / 1024 for kilobytes in re.findall(r"VmHWM:\s+(\d+)", status)]
    return max(found)


def thorough():
    """Whether `--cells` asks for more than a quick look."""
    return int(os.environ.get("KERNEL_TEST_CELLS", "20")) >= 200


def seconds(cell):
    return cell.replied - cell.sent
