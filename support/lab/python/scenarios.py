"""What the kernel adds, as a person sees it: JupyterLab in Chromium, mouse and keys.

    python scenarios.py FOLDER CHROMIUM SCREENSHOTS [NAME ...]

Writes small notebooks into FOLDER, beside which `support` lies, and plays a scene with each. SCREENSHOTS gets PNGs.
Prints a line a scene and ends with 1 if one failed.
"""
import json
import pathlib
import re
import sys
import time

from desk import CELLS, TROUBLE, desk

# What `support` prints for a display, without waiting for it to compile.
SHOW = r"""fn show(content: &str) {
    print!("EVCXR_BEGIN_CONTENT text/html 1/1 show -\n{content}\nEVCXR_END_CONTENT\n");
}
fn sleep(milliseconds: u64) {
    std::thread::sleep(std::time::Duration::from_millis(milliseconds));
}"""
SUPPORT = [':dep support = { path = "../support" }', "use support::prelude::*;"]
MODEL = """let circles = make_circles(1000).noise(0.03).random_state(42).build()?;
let data = train_test_split(&circles, 0.2, 42)?;
let model = seq().add(linear(2, 5)).add(linear(5, 1)).build()?;"""
FIT = """println!("begun");
let history = fit(&model, &data, &TrainConfig { epochs: 5_000_000, log_every: 0, ..Default::default() })?;"""


class Scene:
    """One notebook on the screen."""

    def __init__(self, at, folder, shots, name):
        self.at, self.folder, self.shots, self.name = at, folder, shots, name
        self.page = at.page()

    def open(self, *cells, name=None, workspace=""):
        name = f"{name or self.name}.ipynb"
        cells = [{"cell_type": "code", "id": f"c{n}", "metadata": {}, "execution_count": None, "outputs": [],
                  "source": source} for n, source in enumerate(cells)]
        kernel = {"kernelspec": {"name": "rust", "display_name": "Rust", "language": "rust"}}
        notebook = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
        (self.folder / name).write_text(json.dumps(notebook))
        self.at.open(self.page, name, workspace)

    def run_all(self):
        self.page.menu("Run", "Run All Cells")
        self.wait("the first cell to start", f"{PROMPTS}.some(p => p !== '')")

    def cell(self, number, expression):
        """A value of cell `number`, which the expression calls `c`."""
        return self.page.value(f"(c => {expression})({CELLS}[{number}])")

    def output(self, number):
        return self.cell(number, "c.querySelector('.jp-OutputArea')?.innerText ?? ''")

    def prompts(self):
        """What stands beside the cells: a number, `*` while one waits or runs, nothing before."""
        return self.page.value(PROMPTS)

    def wait(self, what, expression, seconds=60):
        return self.page.wait(what, expression, seconds)

    def wait_for_output(self, number, text, seconds=60):
        found = f"{CELLS}[{number}].querySelector('.jp-OutputArea')?.innerText.includes({json.dumps(text)})"
        try:
            self.wait(f"{text!r} below cell {number}", found, seconds)
        except RuntimeError as problem:
            raise RuntimeError(f"{problem}; there is: {self.output(number)!r}") from None

    def wait_for_end(self, seconds=60):
        self.wait("the cells to end", f"!{PROMPTS}.includes('*')", seconds)

    def enter(self, number):
        """Clicks into a cell."""
        self.cell(number, "c.scrollIntoView({block: 'center'})")
        middle = "(r => [r.x + r.width / 2, r.y + r.height / 2])(c.querySelector('.cm-content').getBoundingClientRect())"
        self.page.press(*self.cell(number, middle))
        self.wait("the cursor", f"{CELLS}[{number}].querySelector('.cm-editor').classList.contains('cm-focused')")

    def type(self, text):
        self.page.call("Input.insertText", text=text)

    def run(self, number, seconds=60):
        """Runs one cell by Shift+Enter; returns its output."""
        before = self.prompts()[number]
        self.enter(number)
        self.page.key("Enter", 13, shift=True)
        changed = f"(p => p !== '*' && p !== {json.dumps(before)})({PROMPTS}[{number}])"
        self.wait(f"cell {number} to end", changed, seconds)
        return self.output(number)

    def press_stop(self):
        button = "document.querySelector('.jp-NotebookPanel-toolbar [data-jp-item-name=interrupt]')"
        self.page.press(*self.wait("the stop button", f"(r => r && [r.x + r.width / 2, r.y + r.height / 2])"
                                                      f"({button}?.getBoundingClientRect())"))

    def shoot(self, what):
        self.page.shoot(self.shots / f"{self.name}_{what}.png")


PROMPTS = f"{CELLS}.map(c => (c.querySelector('.jp-InputPrompt')?.textContent ?? '').replace(/[^\\d*]/g, ''))"


def check(holds, what):
    if not holds:
        raise RuntimeError(what)


def live(scene):
    """figures and lines appear while the cell runs"""
    scene.open(SHOW, 'for n in 0..6 {\n    println!("line {n}");\n    show(&format!("<b>figure {n}</b>"));\n    sleep(700);\n};')
    scene.run_all()
    seen = set()
    end = time.monotonic() + 60
    while time.monotonic() < end and scene.prompts()[1] in ("", "*"):
        shown = scene.output(1).count("figure")
        if shown == 3 and shown not in seen:
            scene.shoot("growing")
        seen.add(shown)
        time.sleep(0.1)
    lines = [line.strip() for line in scene.output(1).splitlines() if line.strip()]
    check(lines == [f"{what} {n}" for n in range(6) for what in ("line", "figure")], f"there is {lines}")
    check(len(seen - {0, 6}) >= 3, f"while the cell ran, only {sorted(seen)} figures were seen")
    scene.shoot("whole")
    return f"saw {', '.join(map(str, sorted(seen)))} figures"


def panic(scene):
    """a panic stops Run All, and what went wrong can be read"""
    scene.open('println!("first");', "let list = vec![1, 2, 3];\nlet place = list.len();\nlist[place]", 'println!("later");')
    scene.run_all()
    scene.wait_for_end()
    said = scene.output(1)
    check("index out of bounds: the len is 3 but the index is 3" in said, f"the cell says {said!r}")
    check("list[place]" in said, "the line of the cell is not shown")
    check(len(said.splitlines()) < 20, f"{len(said.splitlines())} lines are too many to read")
    check(scene.output(2) == "" and scene.prompts()[2] == "", "Run All went on after the panic")
    scene.shoot("error")
    scene.run(2)
    check("later" in scene.output(2), "the notebook does not go on")
    return "Run All stopped; the cell behind runs when asked"


def stop(scene):
    """the stop button ends a training that keeps its variables"""
    scene.open(*SUPPORT, MODEL, FIT, "(history.len() > 0, model.num_parameters())")
    scene.run_all()
    scene.wait_for_output(3, "begun", 120)
    time.sleep(2)
    scene.shoot("running")
    pressed = time.monotonic()
    scene.press_stop()
    scene.wait_for_output(3, "Stopped", 15)
    seconds = time.monotonic() - pressed
    scene.wait_for_end()
    scene.shoot("stopped")
    check(scene.output(4) == "", "Run All went on after the stop")
    said = scene.run(4)
    check("(true, 21)" in said, f"history or model are lost: {said!r}")
    check(seconds < 2, f"the cell said so only {seconds:.1f} s after the press")
    scene.shoot("kept")
    return f"stopped {seconds:.1f} s after the press"


def stop_twice(scene):
    """a second press ends a cell that does not listen, and the notebook goes on"""
    scene.open("let before = 1;", 'println!("begun");\nloop {\n    std::hint::spin_loop();\n}', "6 * 7")
    scene.run_all()
    scene.wait_for_output(1, "begun")
    scene.press_stop()
    time.sleep(1)
    scene.press_stop()
    scene.wait_for_output(1, "Interrupted", 10)
    scene.wait_for_end()
    scene.shoot("ended")
    said = scene.run(2)
    check("42" in said, f"the notebook does not go on: {said!r}")
    return "the next cell runs"


def completion(scene):
    """Tab shows names, Shift+Tab shows what one is"""
    scene.open("let number_of_rows = 6;\nlet number_of_columns = 7;", "", "String::from_utf8")
    scene.run(0)
    scene.enter(1)
    scene.type("number_of_")
    scene.page.key("Tab", 9)
    names = "[...document.querySelectorAll('.jp-Completer-item')].map(e => e.textContent)"
    scene.wait("the names", f"{names}.length > 1", 20)
    shown = " ".join(scene.page.value(names))
    check("number_of_rows" in shown and "number_of_columns" in shown, f"the list shows {shown!r}")
    time.sleep(0.5)
    scene.shoot("names")
    scene.page.key("Escape", 27)
    scene.enter(2)
    scene.page.key("End", 35)
    scene.page.key("Tab", 9, shift=True)
    scene.wait("the tooltip", "(document.querySelector('.jp-Tooltip')?.innerText ?? '').includes('from_utf8')", 20)
    time.sleep(0.5)
    scene.shoot("tooltip")
    return "names and a tooltip were shown"


def restart(scene):
    """the menu's restart gives a fresh kernel"""
    scene.open("let before = 5;\nbefore", "before")
    check("5" in scene.run(0), f"the cell shows {scene.output(0)!r}")
    scene.page.menu("Kernel", "Restart Kernel…")
    scene.page.click("the button Restart", ".jp-Dialog-buttonLabel", "Restart")
    time.sleep(1)
    scene.at.wait_for_kernel(f"{scene.name}.ipynb")
    said = scene.run(1)
    check("before" in said and "cannot find" in said, f"a variable outlived the restart: {said!r}")
    check("5" in scene.run(0) and scene.prompts()[0] in "12", f"the fresh kernel counts from {scene.prompts()[0]}")
    scene.shoot("fresh")
    return "variables gone, cells run"


def two(scene):
    """two notebooks at once do not get in each other's way"""
    def cells(who):
        return [SHOW, 'let mine = "%s";' % who, 'for n in 0..5 {\n    show(&format!("{mine} {n}"));\n    sleep(500);\n};']
    other = Scene(scene.at, scene.folder, scene.shots, scene.name)
    scene.open(*cells("left"), name="two_left")
    other.open(*cells("right"), name="two_right", workspace="/workspaces/other")
    scene.run_all()
    other.run_all()
    for each, who in ((scene, "left"), (other, "right")):
        each.wait_for_output(2, f"{who} 4")
        each.wait_for_end()
        lines = [line.strip() for line in each.output(2).splitlines() if line.strip()]
        check(lines == [f"{who} {n}" for n in range(5)], f"{who} shows {lines}")
        each.page.shoot(scene.shots / f"{scene.name}_{who}.png")
    other.page.call("Page.close")
    return "each has its own variables and figures"


MOVIE = """let config = TrainConfig { epochs: 44, log_every: 0, ..Default::default() };
let history = fit(&model, &data, config.with(RecordSnapshots::evenly(12)))?;
let movie = replay(&model, &history, |model| plot_decision_boundary(model, &data)).draw()?;
movie"""


def movie(scene):
    """a movie plays and can be scrubbed; in the dark theme, in an exported page and in a notebook nobody trusts it can be seen"""
    scene.open(*SUPPORT, MODEL, MOVIE, "plot_decision_boundary(&model, &data)")
    scene.run_all()
    scene.wait("the player", f"!!{CELLS}[3].querySelector('.movie input[type=range]')", 120)
    scene.wait_for_end()
    caption = "c.querySelector('.movie output').textContent"
    picture = "c.querySelector('.movie svg').innerHTML"
    check(scene.cell(3, caption) == "epoch 44", f"the player begins at {scene.cell(3, caption)!r}")
    check(scene.cell(3, "c.querySelector('.movie svg').getAttribute('aria-label')").startswith("Decision boundary"),
          "the frame has no alternative text")
    last = scene.cell(3, picture)
    scene.cell(3, "c.querySelector('.movie').scrollIntoView({block: 'center'})")
    scene.page.click("the button Play", ".movie button", "Play")
    scene.wait("the movie to run", f"!['epoch 0', 'epoch 44'].includes((c => {caption})({CELLS}[3]))", 10)
    scene.page.click("the button Pause", ".movie button", "Pause")
    there = scene.cell(3, caption)
    time.sleep(1.2)
    check(scene.cell(3, caption) == there, "the movie runs on after Pause")
    scene.page.click("the button Play", ".movie button", "Play")
    scene.wait("the movie to end", f"(c => {caption})({CELLS}[3]) === 'epoch 44'", 20)
    check(scene.cell(3, picture) == last, "the movie ends with another picture than it began")
    # The slider, with the keyboard.
    scene.cell(3, "c.querySelector('.movie input').focus()")
    scene.page.key("Home", 36)
    check(scene.cell(3, caption) == "epoch 0", f"the Home key leads to {scene.cell(3, caption)!r}")
    check(scene.cell(3, picture) != last, "the first frame is the last")
    scene.page.key("ArrowRight", 39)
    check(scene.cell(3, caption) == "epoch 4", f"the arrow leads to {scene.cell(3, caption)!r}")
    scene.shoot("light")

    scene.page.menu("Settings", "Theme")
    scene.page.click("the dark theme", ".lm-Menu-itemLabel", "JupyterLab Dark")
    scene.wait("the dark theme", "document.body.dataset.jpThemeLight === 'false'")
    box = "getComputedStyle(c.querySelector('.movie > div'))"
    colours = scene.cell(3, f"{box}.backgroundColor + ' ' + {box}.color")
    check(colours == "rgb(255, 255, 255) rgb(31, 31, 31)", f"in the dark theme the player has {colours}")
    scene.shoot("dark")
    scene.page.menu("File", "Save Notebook")
    scene.page.menu("Settings", "Theme")
    scene.page.click("the light theme", ".lm-Menu-itemLabel", "JupyterLab Light")
    scene.wait("the light theme", "document.body.dataset.jpThemeLight === 'true'")

    # The same notebook, from somebody else.
    path = scene.folder / f"{scene.name}.ipynb"
    end = time.monotonic() + 30
    while '"text/html"' not in path.read_text() and time.monotonic() < end:
        time.sleep(0.3)
    page = scene.at.read(f"/nbconvert/html/{path.name}")
    pictures = re.findall(r"<img[^>]*>", page)
    check(len(pictures) == 2 and all('alt="Decision' in p or 'alt="Movie' in p for p in pictures),
          f"the exported page has pictures without alternative text: {[p[:90] for p in pictures]}")
    (scene.folder / f"{scene.name}.html").write_text(page)
    scene.page.call("Page.navigate", url=(scene.folder / f"{scene.name}.html").as_uri())
    scene.wait("the player in the exported page", "!!document.querySelector('.movie input[type=range]')")
    foreign = json.loads(path.read_text())
    foreign["cells"][0]["source"] += "\n// from somewhere else"
    (scene.folder / f"{scene.name}_foreign.ipynb").write_text(json.dumps(foreign))
    scene.at.open(scene.page, f"{scene.name}_foreign.ipynb")
    scene.wait("the still picture", f"{CELLS}[3].querySelector('.movie img')?.naturalWidth > 0")
    check(not scene.cell(3, "!!c.querySelector('.movie input')"), "a script of an untrusted notebook ran")
    check(scene.cell(3, "c.querySelector('.movie img').alt").startswith("Movie of 12 frames"), "no alternative text")
    scene.wait("the figure", f"{CELLS}[4].querySelector('.jp-OutputArea img')?.naturalWidth > 0")
    scene.cell(3, "c.querySelector('.movie').scrollIntoView({block: 'center'})")
    scene.shoot("untrusted")
    return "played, stopped, scrubbed, seen"


def question(scene):
    """a cell that reads a line asks in the notebook"""
    read = "std::io::stdin().read_line(&mut name)?;"
    scene.open(f'print!("Your name (a:b)? ");\nlet mut name = String::new();\n{read}\nname.trim().len()')
    scene.run_all()
    scene.wait("the question", "!!document.querySelector('.jp-Stdin-input')")
    prompt = scene.page.value("document.querySelector('.jp-Stdin-prompt').textContent")
    check(prompt.strip() == "Your name (a:b)?", f"the prompt is {prompt!r}")
    scene.page.value("document.querySelector('.jp-Stdin-input').focus()")
    scene.type("Ada")
    scene.shoot("asked")
    scene.page.key("Enter", 13)
    scene.wait_for_end()
    check("3" in scene.output(0), f"there is {scene.output(0)!r}")
    return "asked and answered"


def variables(scene):
    """the panel of variables shows names, types and values"""
    scene.open("let learning_rate = 0.25;\nlet epochs = vec![100, 200];", "let moved_to = epochs;")
    scene.run(0)
    bug = "document.querySelector('.jp-DebuggerBugButton, [data-jp-item-name=debugger-icon] button, jp-button.jp-DebuggerBugButton')"
    place = f"(r => r && r.width > 0 && [r.x + r.width / 2, r.y + r.height / 2])({bug}?.getBoundingClientRect())"
    scene.page.press(*scene.wait("the button of the debugger", place))
    panel = "(document.querySelector('.jp-DebuggerVariables')?.innerText ?? '')"
    for words in ("learning_rate", "epochs", "Vec<i32>"):
        scene.wait(f"{words} in the panel", f"{panel}.includes({json.dumps(words)})")
    scene.shoot("shown")
    scene.run(1)
    scene.wait("the variable that was moved to go", f"{panel}.includes('moved_to') && !{panel}.includes('epochs')")
    row = "[...document.querySelectorAll('.jp-DebuggerVariables *')].find(e => e.childElementCount === 0 && e.textContent.trim().startsWith('learning_rate'))"
    scene.page.press(*scene.wait("its row", f"(r => r && [r.x + 4, r.y + r.height / 2])({row}?.getBoundingClientRect())"))
    scene.wait("its value", f"{panel}.includes('0.25')")
    scene.shoot("opened")
    return "shown, moved away, opened"


SCENES = [live, movie, panic, stop, stop_twice, completion, restart, two, question, variables]


def main():
    folder, chromium, shots = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2], pathlib.Path(sys.argv[3])
    shots.mkdir(parents=True, exist_ok=True)
    failed = 0
    with desk(folder, chromium) as at:
        for play in [scene for scene in SCENES if scene.__name__ in sys.argv[4:] or not sys.argv[4:]]:
            started = time.monotonic()
            scene = Scene(at, folder, shots, f"kernel_{play.__name__}")
            try:
                result = play(scene)
                print(f"ok      {play.__doc__}: {result} ({time.monotonic() - started:.0f} s)", flush=True)
            except TROUBLE as problem:
                failed += 1
                scene.shoot("failed")
                print(f"FAILED  {play.__doc__}: {problem}\n        screenshot: {scene.name}_failed.png", flush=True)
            at.end_sessions()
            scene.page.call("Page.close")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
