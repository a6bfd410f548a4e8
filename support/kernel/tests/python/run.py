"""Proves the kernel that Jupyter finds under the name `rust`; says a line about each test.

    python run.py [--cells N] [--jobs N] [WORD ...]        (`cargo lab test` does so)

With words, runs the tests whose name contains one of them. Files run side by side, as many as there are jobs: tests wait
for kernels most of the time. `--cells` says how many cells the tests of lost output
run: 20 without it, 200 to be thorough. Needs jupyter_client, nbconvert and, from PyPI, jupyter_kernel_test.

Written with unittest because jupyter_kernel_test is: no second way of writing tests, and nothing more to install.
"""

import argparse
import concurrent.futures
import os
import signal
import stat
import subprocess
import sys
import threading
import time
import traceback
import unittest
from pathlib import Path


class Lines(unittest.TestResult):
    """A line a test, in the words of its name."""

    def startTest(self, test):
        super().startTest(test)
        self.begun, self.problems, self.reason = time.monotonic(), [], None

    def addError(self, test, error):
        super().addError(test, error)
        if hasattr(test, "_testMethodName"):
            self.problems.append(told(error))
        else:  # a class or module that did not even start
            print(f"FAILED  {test.id()}: {told(error)}", flush=True)

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self.problems.append(told(error))

    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error:
            self.problems.append(f"{subtest._subDescription()}: {told(error)}")

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.reason = reason

    def stopTest(self, test):
        name, seconds = title(test), time.monotonic() - self.begun
        if self.problems:
            print(f"FAILED  {name} ({seconds:.1f} s)", flush=True)
            for problem in self.problems:
                print("        " + problem.replace("\n", "\n        "), flush=True)
        elif self.reason:
            print(f"left out: {name}: {self.reason}", flush=True)
        else:
            print(f"ok      {name} ({seconds:.1f} s)", flush=True)


# Few tests that take long: they begin first.
LONGEST = ("test_notebooks", "test_any_moment")


def title(test):
    module, _, method = test.id().split(".")[-3:]
    return f"{module.removeprefix('test_')}: {method.removeprefix('test_').replace('_', ' ')}"


def told(error):
    """Where in the test, and what was found; long comparisons are cut."""
    kind, value, trace = error
    here = [frame for frame in traceback.extract_tb(trace) if Path(frame.filename).name.startswith("test_")]
    where = f"{Path(here[-1].filename).name}:{here[-1].lineno}: " if here else ""
    text = f"{where}{kind.__name__}: {value}".strip()
    return text if len(text) < 1500 else text[:1000] + " … " + text[-400:]


def each(suite):
    for test in suite:
        yield from each(test) if isinstance(test, unittest.TestSuite) else [test]


def leave_with_parent():
    """Ends the kernels and this process when `cargo lab` ends, however it ended: its end of our stdin closes."""
    while os.read(0, 64):
        pass
    os.kill(os.getpid(), signal.SIGINT)


def side_by_side(files, given):
    """Runs each file in a process of its own; what one says comes in one piece. The largest come first."""
    def run(name):
        command = [sys.executable, __file__, "--jobs", "1", "--file", name, *given.words]
        # Its standard input stays open as long as this process lives.
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True) as child:
            print(child.stdout.read(), end="", flush=True)
            return child.wait()

    with concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
        return max(pool.map(run, files))


def main():
    if stat.S_ISFIFO(os.fstat(0).st_mode):
        threading.Thread(target=leave_with_parent, daemon=True).start()
    arguments = argparse.ArgumentParser()
    arguments.add_argument("words", nargs="*")
    arguments.add_argument("--cells", type=int)
    arguments.add_argument("--jobs", type=int, default=2)
    arguments.add_argument("--file", help="of these tests only")
    given = arguments.parse_args()
    if given.cells:
        os.environ["KERNEL_TEST_CELLS"] = str(given.cells)
    found = unittest.defaultTestLoader.discover(str(Path(__file__).parent))
    wanted = [t for t in each(found) if not given.words or any(w in t.id() for w in given.words)]
    wanted = [t for t in wanted if given.file in (None, type(t).__module__)]
    count = lambda name: sum(name in t.id() for t in wanted)
    files = sorted({type(t).__module__ for t in wanted}, key=lambda name: (name not in LONGEST, -count(name)))
    if given.jobs > 1 and len(files) > 1:
        return side_by_side(files, given)
    result = Lines()
    unittest.TestSuite(wanted).run(result)
    if not result.testsRun:
        print("FAILED  no test ran", flush=True)
        return 1
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
