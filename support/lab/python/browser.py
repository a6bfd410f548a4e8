"""Runs notebooks as a person does: JupyterLab in Chromium, the menu's "Run All Cells", a look at what shows.

    python browser.py NOTEBOOKS CHROMIUM SCREENSHOTS NAME.ipynb ...

NOTEBOOKS is a folder JupyterLab may write to; SCREENSHOTS gets one PNG a notebook. Prints a line a notebook and
ends with 1 if one failed.
"""
import itertools
import json
import pathlib
import sys
import time

from desk import CELLS, TROUBLE, desk

PATIENCE = 600  # seconds for a whole notebook on a slow machine

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


def run(desk, page, path, screenshot):
    wanted = expected_figures(path)
    desk.open(page, path.name)
    page.menu("Run", "Run All Cells")
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
    page.shoot(screenshot)
    return f"{state['cells']} cells, {state['figures']} figures"


def main():
    notebooks, chromium, screenshots = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2], pathlib.Path(sys.argv[3])
    screenshots.mkdir(parents=True, exist_ok=True)
    failed = 0
    with desk(notebooks, chromium) as at:
        for name in sys.argv[4:]:
            started = time.monotonic()
            page = at.page()
            try:
                result = run(at, page, notebooks / name, screenshots / (name[:-6] + ".png"))
                print(f"ok      {name}: {result}, {time.monotonic() - started:.0f} s", flush=True)
            except TROUBLE as problem:
                failed += 1
                shot = screenshots / (name[:-6] + "-failed.png")
                page.shoot(shot)
                print(f"FAILED  {name}: {problem}\n        screenshot: {shot}", flush=True)
            at.end_sessions()
            page.call("Page.close")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
