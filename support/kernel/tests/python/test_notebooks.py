"""The course's notebooks off the path from top to bottom: every cell run again, at once and in a second pass."""

import json
import unittest

from harness import NOTEBOOKS, Kernel

# The words by which the text above a cell says that the cell trains on from the weights there are.
CONTINUES = "continues a training"


def cells(path):
    """Every code cell, and whether the text above it says that it continues a training."""
    found, continues = [], False
    for cell in json.loads(path.read_text())["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            found.append((source, continues))
            continues = False
        else:
            continues = CONTINUES in source
    return found


def shown(cell):
    """What a reader sees at the end: outputs that change in place count with their last state."""
    found, places = [], {}
    for message in cell.of("stream", "display_data", "update_display_data", "execute_result", "clear_output"):
        identity = message.content.get("transient", {}).get("display_id")
        if message.type == "clear_output":
            found, places = [], {}
        elif message.type == "stream":
            if found and found[-1][0] == message.content["name"]:
                found[-1] = (found[-1][0], found[-1][1] + message.content["text"])
            else:
                found.append((message.content["name"], message.content["text"]))
        elif message.type == "update_display_data" and identity in places:
            found[places[identity]] = ("data", message.content["data"])
        else:
            places[identity] = len(found)
            found.append(("data", message.content["data"]))
    return found


class Notebooks(unittest.TestCase):
    def rerun(self, name):
        path = next(NOTEBOOKS.glob(f"{name}_*.ipynb"))
        self.kernel = Kernel(KERNEL_UNWATCHED="1")
        self.addCleanup(self.kernel.close)
        first = {}
        for number, (code, continues) in enumerate(cells(path)):
            with self.subTest(path.stem, cell=number, run="first"):
                first[number] = self.run_whole(code)
            if continues:
                continue
            with self.subTest(path.stem, cell=number, run="again at once"):
                self.assertEqual(self.run_whole(code), first.get(number), "other outputs than the first time")
        for number, (code, _) in enumerate(cells(path)):
            with self.subTest(path.stem, cell=number, run="in a second pass"):
                self.assertEqual(self.run_whole(code), first.get(number), "other outputs than the first time")

    def run_whole(self, code):
        cell = self.kernel.run(code, 180)
        self.assertEqual(cell.status, "ok", f"{code}\n{cell.traceback}")
        return shown(cell)

    def test_every_cell_of_the_first_notebook_runs_again(self):
        self.rerun("01")

    def test_every_cell_of_the_second_notebook_runs_again(self):
        self.rerun("02")

    def test_every_cell_of_the_third_notebook_runs_again(self):
        self.rerun("03")

    def test_every_cell_of_the_fourth_notebook_runs_again(self):
        self.rerun("04")

    def test_every_cell_of_the_fifth_notebook_runs_again(self):
        self.rerun("05")

    def test_every_cell_of_the_sixth_notebook_runs_again(self):
        self.rerun("06")
