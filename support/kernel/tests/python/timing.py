"""How long a kernel takes from the request to start it to a tensor's value, and a cell to run again.

    python timing.py [--starts N] [--runs N] [--label TEXT]    (of another kernel: KERNEL_TEST_NAME=rust_evcxr)
    python timing.py --course    (every cell of the course, then every cell changed; memory after each)

A measurement, not a test: prints a table, for figures before and after a change on one machine at one time. Medians,
with the quickest and the slowest in brackets; seconds, as a front end sees them.
"""

import argparse
import os
import random
import statistics
import time
from pathlib import Path

from harness import NAME, NOTEBOOKS, PATIENCE, SUPPORT, Kernel
from test_notebooks import cells

FIRST = [*SUPPORT, "Tensor::from_slice(&[1.0f32])"]
SETTING = ["let circles = make_circles(100).random_state(42).build()?;", "let tensor = Tensor::from_slice(&[1.0f32, 2.0]);"]
AGAIN = {
    "a statement": 'println!("{}", 6 * 7);',
    "a value shown by {:?}": "6 * 7",
    "a tensor's value": "&tensor + 1.0",
    "a table": "circles.head(3)",
    "a new variable": "let doubled = &tensor * 2.0;",
}


def start():
    """The seconds at which each of the first cells was answered, and the kernel."""
    begun = time.monotonic()
    # Cells are sent at once: a kernel that is not yet listening finds them when it is.
    kernel = Kernel(wait=False)
    answered = []
    for code in FIRST:
        cell = kernel.send(code)
        # A first cell's output may come before we are subscribed; its reply is never lost.
        kernel.wait(f"the reply to `{code}`", lambda: cell.reply, 2 * PATIENCE)
        if cell.status != "ok":
            raise SystemExit(f"`{code}`: {cell.said()}")
        answered.append(cell.replied - begun)
    return answered, kernel


def again(kernel, runs):
    for code in SETTING:
        if kernel.run(code).status != "ok":
            raise SystemExit(f"`{code}` fails")
    times = {name: [] for name in AGAIN}
    for run in range(runs + 1):
        for name, code in AGAIN.items():
            cell = kernel.run(code)
            if cell.status != "ok":
                raise SystemExit(f"`{code}`: {cell.said()}")
            if run:  # the first is not a rerun
                times[name].append(cell.replied - cell.sent)
    return times


def row(name, seconds):
    print(f"| {name:42} | {statistics.median(seconds):6.2f} | {min(seconds):6.2f} … {max(seconds):.2f} |")


def megabytes(kernel):
    """Memory of the kernel's processes; pages that several share count once."""
    sizes = [Path(f"/proc/{process}/smaps_rollup").read_text() for process in kernel.processes()]
    return sum(int(size.split("Pss:")[1].split()[0]) for size in sizes) // 1024


def course():
    """Times of all cells as they are and with a line before them that no run had, and the memory after each pass."""
    print(f"the course in `{NAME}`, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    print("| notebook | unchanged, median s | MB then | first changed cell, s | changed, median s | MB then |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    passes = {"unchanged": [], "changed": []}
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        kernel = Kernel(KERNEL_UNWATCHED="1")
        columns = []
        for name, line in (("unchanged", ""), ("changed", "std::hint::black_box({}u32);\n")):
            times = []
            for code, _ in cells(path):
                cell = kernel.run(line.format(random.getrandbits(32)) + code, 2 * PATIENCE)
                if cell.status != "ok":
                    raise SystemExit(f"`{code}`: {cell.said()}")
                times.append(cell.replied - cell.sent)
            # The first changed cell waits for the compiler's analysis; it has a column of its own.
            columns += [f"{times.pop(0):.2f}"] if line else []
            passes[name] += times
            columns += [f"{statistics.median(times):.3f}", f"{megabytes(kernel)}"]
        print(f"| {path.stem} | {' | '.join(columns)} |", flush=True)
        kernel.close()
    for name, times in passes.items():
        print(f"\n{name}: median {statistics.median(times):.3f} s of {len(times)} cells")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--starts", type=int, default=3)
    arguments.add_argument("--runs", type=int, default=10)
    arguments.add_argument("--label", default=f"the kernel `{NAME}`")
    arguments.add_argument("--course", action="store_true")
    given = arguments.parse_args()
    if given.course:
        return course()
    starts, kernel = [], None
    for _ in range(given.starts):
        if kernel:
            kernel.close()
        answered, kernel = start()
        starts.append(answered)
    times = again(kernel, given.runs)
    kernel.close()

    print(f"{given.label}: {given.starts} starts, {given.runs} runs, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    print(f"| {'seconds':42} | median | {'range':14} |\n| {'-' * 42} | -----: | -------------- |")
    for number, code in enumerate(FIRST):
        row(f"start to `{code[:30]}`", [answered[number] for answered in starts])
    for name, seconds in times.items():
        row(f"{name}, again", seconds)
    row("any of these, again", [second for seconds in times.values() for second in seconds])


if __name__ == "__main__":
    main()
