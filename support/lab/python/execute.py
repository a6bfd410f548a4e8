"""Runs one notebook in its kernel and writes it, with outputs, to another file.

    python execute.py NOTEBOOK RESULT KERNEL TIMEOUT

Tells its progress as lines of JSON on stdout: {"cell": n, "of": m} when a cell starts, then {"failed": {"cell", "source",
"message"}} if one failed. A cell fails when the kernel says so or dies, when it takes too long, or when it writes to
stderr: the course's cells never do, and the plain evcxr kernel tells of a panic only there. A cell tagged
`raises-exception` must fail. The run ends at the first failure; RESULT then holds what there is.
"""

import asyncio
import json
import os
import sys
import threading
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode


def say(**message) -> None:
    print(json.dumps(message), flush=True)


def stderr_of(cell: NotebookNode) -> str:
    return "".join(o.text for o in cell.outputs if o.output_type == "stream" and o.name == "stderr")


def error_of(cell: NotebookNode) -> str:
    for output in cell.outputs:
        if output.output_type == "error":
            return "\n".join(output.traceback) or f"{output.ename}: {output.evalue}"
    return ""


def failure(cell: NotebookNode) -> str:
    """Why a cell that ended by itself counts as failed, or nothing."""
    said = error_of(cell) or stderr_of(cell)
    if "raises-exception" in cell.metadata.get("tags", []):
        return "" if said else "this cell is tagged raises-exception, but it did not fail"
    return said


async def run(client: NotebookClient) -> None:
    cells = client.nb.cells
    code = [i for i, cell in enumerate(cells) if cell.cell_type == "code" and cell.source.strip()]
    say(cell=0, of=len(code))
    index = 0
    try:
        async with client.async_setup_kernel():
            for number, index in enumerate(code, 1):
                say(cell=number, of=len(code))
                try:
                    await client.async_execute_cell(cells[index], index)
                except CellExecutionError as error:
                    message = error_of(cells[index]) or str(error)
                else:
                    message = failure(cells[index])
                if message:
                    return tell(index, cells[index], message)
    except CellTimeoutError:
        tell(index, cells[index], f"the cell took longer than {client.timeout} s")
    except DeadKernelError:
        tell(index, cells[index], "the kernel died. " + stderr_of(cells[index]))
    except (RuntimeError, OSError) as error:
        tell(index, None, f"the kernel did not start: {error}")


def tell(index: int, cell, message: str) -> None:
    say(failed={"cell": index + 1, "source": cell.source if cell else "", "message": message})


def leave_with_parent(loop, task) -> None:
    """Ends the kernel and this process when `lab` ends, however it ended: its end of our stdin closes."""
    while os.read(0, 64):
        pass
    loop.call_soon_threadsafe(task.cancel)


async def main(source: str, result: str, kernel: str, timeout: str) -> None:
    path = Path(source).resolve()
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    # As Jupyter's server does it, so that the kernel can tell its notebook.
    os.environ["JPY_SESSION_NAME"] = str(path)
    client = NotebookClient(notebook, kernel_name=kernel, timeout=int(timeout), startup_timeout=300,
                            resources={"metadata": {"path": str(path.parent)}}, record_timing=False)
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    threading.Thread(target=leave_with_parent, args=(loop, task), daemon=True).start()
    try:
        await run(client)
    finally:
        nbformat.write(notebook, result)


if __name__ == "__main__":
    try:
        asyncio.run(main(*sys.argv[1:]))
    except (KeyboardInterrupt, asyncio.CancelledError):
        sys.exit(130)
