"""Renews support/lab/pins/ from environment.yml. For maintainers; `cargo lab` never runs it.

    python -m venv /tmp/pin && /tmp/pin/bin/pip install uv && /tmp/pin/bin/python support/lab/python/pin.py

Writes requirements.txt (every Python package with the hashes of all its wheels, for any Python from 3.10 on) and
libtorch.json (which files of which wheels make a libtorch, with the hash of each wheel and of its list of files), and
tests.txt (what only `cargo lab test` needs). With arguments, such as `tests.txt`, only these.
"""

import hashlib
import json
import re
import subprocess
import sys
import tempfile
from fnmatch import fnmatchcase
from pathlib import Path

from pip._vendor.packaging.specifiers import SpecifierSet

from fetch import IDENTITY, Remote, Wheels, place, spans

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
PINS = HERE.parent / "pins"

# JupyterLab asks for the Python kernel and what that needs; a Rust course does not. Saves a third of the packages.
NOT_NEEDED = """ipykernel ipython ipython-pygments-lexers comm debugpy decorator executing jedi matplotlib-inline
nest-asyncio nest-asyncio2 parso pexpect prompt-toolkit psutil pure-eval stack-data asttokens wcwidth""".split()

HEADER = """\
# Made by support/lab/python/pin.py from environment.yml; do not edit.
# {command}
# Left out on purpose, so pip runs with --no-deps: the Python kernel (ipykernel) and what only it needs.
# download: {size} bytes on Linux x86_64 with Python 3.11
"""

# What only the tests need, in the newest version that goes with requirements.txt.
TESTS = ["jupyter-kernel-test"]

TESTS_HEADER = """\
# Made by support/lab/python/pin.py; do not edit. What only `cargo lab test` needs, beside requirements.txt.
"""

# Where things lie in a wheel, and where in .lab/libtorch. The CPU parts of the CUDA builds need two small libraries of
# CUDA; `libtorch.so` itself is left out there because it pulls in libtorch_cuda.
HEADERS = [["torch/include/", "include/"]]
CUDA_PARTS = {
    "nvidia-cuda-runtime": [["nvidia/cu13/lib/libcudart.so.13", "lib/"]],
    "nvidia-cuda-cupti": [["nvidia/cu13/lib/libcupti.so.13", "lib/"]],
}
ARM_LIBS = """libc10.so libtorch_cpu.so libgomp.so.1 libgfortran.so.5 libarm_compute.so libarm_compute_graph.so
libnvpl_blas_core.so.0 libnvpl_blas_lp64_gomp.so.0 libnvpl_lapack_core.so.0 libnvpl_lapack_lp64_gomp.so.0""".split()
TORCH = {
    "linux-x86_64": ["libc10.so", "libtorch_cpu.so", "libgomp.so.1"],
    "linux-aarch64": ARM_LIBS,
    "macos-aarch64": ["libc10.dylib", "libtorch.dylib", "libtorch_cpu.dylib", "libomp.dylib"],
}
TORCH_CUDA = ["libc10.so", "libc10_cuda.so", "libcaffe2_nvrtc.so", "libgomp.so.1", "libtorch.so", "libtorch_cpu.so",
              "libtorch_cuda.so", "libtorch_cuda_linalg.so", "libtorch_nvshmem.so"]


def versions() -> dict[str, tuple[str, str]]:
    """name -> (relation, version), from the lines of environment.yml."""
    found = {}
    for line in (ROOT / "environment.yml").read_text().splitlines():
        if m := re.match(r"\s+- ([a-z0-9-]+)(?: (>=|=)([0-9.]+))?", line):
            found[m[1]] = (m[2] or "", m[3] or "")
    return found


def pip_wants(names: list[str]) -> str:
    spec = versions()
    return "".join(f"{n}{'==' if spec[n][0] == '=' else spec[n][0]}{spec[n][1]}\n" for n in names)


def uv(*args: str, given: str) -> str:
    with tempfile.TemporaryDirectory() as tmp:
        source = Path(tmp) / "in.txt"
        source.write_text(given)
        command = ["uv", "pip", "compile", "--quiet", "--no-header", "--no-annotate", *args, str(source)]
        command[0] = str(Path(sys.executable).parent / "uv")
        return subprocess.run(command, check=True, text=True, capture_output=True).stdout


def requirements(wheels: Wheels) -> str:
    left_out = [a for n in NOT_NEEDED for a in ("--no-emit-package", n)]
    flags = ["--universal", "--python-version", "3.10", "--generate-hashes"]
    wanted = pip_wants(["jupyterlab", "nbconvert", "nbclient", "latex2mathml", "pip"])
    text = uv(*flags, *left_out, given=wanted)
    plain = uv("--python-platform", "x86_64-unknown-linux-gnu", "--python-version", "3.11", *left_out, given=wanted)
    size = 0
    for line in plain.splitlines():
        if m := re.match(r"([a-z0-9-]+)==(\S+)", line):
            size += wheel_size(wheels, m[1], m[2])
    command = f"uv pip compile {' '.join(flags)} --no-emit-package ... {' '.join(wanted.split())}"
    return HEADER.format(command=command, size=size) + text


def tests() -> str:
    """Leaves out what requirements.txt already has, in that version."""
    text = uv("--universal", "--python-version", "3.10", "--generate-hashes", "--constraint",
              str(PINS / "requirements.txt"), given="".join(f"{name}\n" for name in TESTS))
    locked = set(re.findall(r"^([a-z0-9-]+)==", (PINS / "requirements.txt").read_text(), re.M))
    blocks = re.split(r"^(?=[a-z0-9-]+==)", text, flags=re.M)
    return TESTS_HEADER + "".join(block for block in blocks if block and block.split("==")[0] not in locked)


def wheel_size(wheels: Wheels, project: str, version: str) -> int:
    finder = wheels.finder(["manylinux_2_34_x86_64", "manylinux_2_28_x86_64", "manylinux_2_17_x86_64"])
    link = finder.find_best_candidate(project, SpecifierSet(f"=={version}")).best_candidate.link
    return int(wheels.session.head(link.url, headers=IDENTITY).headers["Content-Length"])


def wheel(wheels: Wheels, project: str, version: str, fits: str, take: list[list[str]]) -> dict:
    """The entry of one wheel: opens it over the network, reads only its directory and its RECORD."""
    tags = [f"manylinux_2_{minor}" for minor in range(5, 29)] + ["manylinux2014", "manylinux2010"]
    offered = wheels.links(project, [f"{t}_{a}" for t in tags for a in ("x86_64", "aarch64")] + ["macosx_14_0_arm64"])
    link = next(l for l in offered if fnmatchcase(l.filename, fits) and f"-{version}-" in l.filename)
    remote = Remote(wheels.session, link.url)
    archive = remote.open()
    members = archive.infolist()
    record = next(m for m in members if m.filename.endswith(".dist-info/RECORD"))
    need = spans(archive, [m for m in members if any(place(m.filename, *t) for t in take)])
    print(project, link.filename, sum(e - s for s, e, _ in need), file=sys.stderr)
    assert need, (project, take)
    return {
        "project": project,
        "file": link.filename,
        "sha256": link._hashes["sha256"],
        "size": remote.size,
        "record": hashlib.sha256(archive.read(record)).hexdigest(),
        "bytes": sum(e - s for s, e, _ in need),
        "take": take,
    }


def libtorch(wheels: Wheels) -> dict:
    torch = versions()["libtorch"][1]
    tags = {"linux-x86_64": "*manylinux*x86_64.whl", "linux-aarch64": "*manylinux*aarch64.whl",
            "macos-aarch64": "*macosx*arm64.whl"}
    resolved = dict(
        re.findall(r"^(nvidia[a-z0-9-]+)==(\S+)", uv("--python-platform", "x86_64-manylinux_2_28", "--python-version",
                                                   "3.11", given=f"torch=={torch}\n"), re.M))
    platforms = {}
    for name, libs in TORCH.items():
        take = HEADERS + [[f"torch/lib/{lib}", "lib/"] for lib in libs]
        entry = [wheel(wheels, "torch", torch, "torch-*cp311-cp311-" + tags[name], take)]
        if name.startswith("linux"):
            entry += [wheel(wheels, p, resolved[p], tags[name], t) for p, t in CUDA_PARTS.items()]
        platforms[name] = {"wheels": entry, "links": {"lib/libtorch.so": "libtorch_cpu.so"} if "linux" in name else {}}
    take = HEADERS + [[f"torch/lib/{lib}", "lib/"] for lib in TORCH_CUDA]
    entry = [wheel(wheels, "torch", torch, "torch-*cp311-cp311-" + tags["linux-x86_64"], take)]
    entry += [wheel(wheels, p, v, tags["linux-x86_64"], [["nvidia/*/lib/*.so*", "lib/"]])
              for p, v in sorted(resolved.items()) if p != "nvidia-nvtx"]
    platforms["linux-x86_64-cuda"] = {"wheels": entry, "links": {}}
    return {"version": torch, "platforms": platforms}


if __name__ == "__main__":
    wheels = Wheels()
    PINS.mkdir(exist_ok=True)
    makers = {"requirements.txt": lambda: requirements(wheels), "tests.txt": tests,
              "libtorch.json": lambda: json.dumps(libtorch(wheels), indent=1) + "\n"}
    for name in sys.argv[1:] or makers:
        (PINS / name).write_text(makers[name]())
