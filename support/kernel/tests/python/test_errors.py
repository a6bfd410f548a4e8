"""A cell that goes wrong says so: in its status, by a name, in one clear message."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from harness import NAME, NOTEBOOKS, KernelCase, without_colours

ZEROS = "Tensor::zeros([2, 3], (Kind::Float, Device::Cpu))"
SLOW_PANIC = 'std::thread::sleep(std::time::Duration::from_millis(300)); panic!("first")'


class Errors(KernelCase):
    support = True

    def fails(self, code, name, value=None):
        return self.error(self.kernel.run(code), name, value)

    def test_a_panic_is_an_error(self):
        self.fails('panic!("the bridge is out")', "Panic", "the bridge is out")

    def test_a_panic_of_several_lines_is_named_by_its_first(self):
        cell = self.fails('panic!("the bridge is out\\nturn back")', "Panic", "the bridge is out")
        self.assertIn("turn back", cell.traceback)

    def test_a_panic_shows_the_line_of_the_cell(self):
        cell = self.fails('let a = 1;\nlet b = a + 1;\nassert_eq!(a, b, "not alike");\nlet c = b;', "Panic")
        self.assertIn('assert_eq!(a, b, "not alike");', cell.traceback)
        self.assertRegex(cell.traceback, r"\b3\b")
        self.assertLess(len(cell.traceback.splitlines()), 15, "the traceback is not short")

    def test_a_panic_says_nothing_on_stderr_besides(self):
        self.assertEqual(self.fails('panic!("once is enough")', "Panic").text("stderr"), "")

    def test_what_was_printed_before_a_panic_is_shown(self):
        cell = self.fails('println!("before"); print!("and a half"); panic!("then")', "Panic", "then")
        self.assertEqual(cell.text(), "before\nand a half")

    def test_an_index_out_of_bounds_is_an_error(self):
        code = "let list = vec![1, 2, 3];\nlet place = list.len();\nlist[place]"
        cell = self.fails(code, "Panic", "index out of bounds: the len is 3 but the index is 3")
        self.assertIn("list[place]", cell.traceback)

    def test_unwrap_of_nothing_is_an_error(self):
        value = "called `Option::unwrap()` on a `None` value"
        self.fails("let nothing: Option<i32> = None; nothing.unwrap()", "Panic", value)

    def test_a_panic_in_a_function_of_an_earlier_cell_is_an_error(self):
        self.ok('fn risky(n: i32) -> i32 {\n    if n > 1 { panic!("too much: {n}") }\n    n\n}')
        self.fails("risky(1);\nrisky(2)", "Panic", "too much: 2")

    def test_a_panic_that_a_cell_catches_is_none(self):
        code = 'println!("{}", std::panic::catch_unwind(|| if true { panic!("in here") }).is_err());'
        self.assertEqual(self.ok(code).text(), "true\n")

    def test_a_panic_of_another_thread_is_none_unless_joined(self):
        self.ok('let joined = std::thread::spawn(|| panic!("elsewhere")).join().is_err();\njoined')

    def test_a_question_mark_is_an_error(self):
        cell = self.fails('let word = "six";\nlet n = word.parse::<i32>()?;\nlet m = n + 1;', "ParseIntError",
                          "invalid digit found in string")
        self.assertIn("word.parse::<i32>()?", cell.traceback)
        self.assertRegex(cell.traceback, r"\b2\b")

    def test_an_error_of_the_crate_is_named(self):
        value = "make_circles: n_samples should be at least 1, got 0"
        self.fails("let circles = make_circles(0).build()?;", "Error", value)

    def test_libtorchs_panic_shows_its_first_line(self):
        cell = self.fails(f"{ZEROS}.matmul(&{ZEROS})", "Panic",
                          "libtorch: mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)")
        self.assertIn(".matmul(", cell.traceback)

    def test_libtorchs_panic_through_an_operator_shows_its_first_line(self):
        cell = self.fails(f"let sum = {ZEROS} + Tensor::zeros([2, 4], (Kind::Float, Device::Cpu));", "Panic")
        self.assertRegex(cell.reply["evalue"], r"^libtorch: The size of tensor a \(3\) must match .* \(4\)")

    def test_libtorchs_error_shows_its_first_line(self):
        cell = self.fails(f"let product = {ZEROS}.f_matmul(&{ZEROS})?;", "TchError")
        self.assertIn("mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)", cell.reply["evalue"])
        self.assertEqual(len(cell.reply["evalue"].splitlines()), 1)

    def test_a_compile_error_is_an_error(self):
        cell = self.fails('let n: i32 = "six";', "CompileError", "mismatched types")
        self.assertIn('let n: i32 = "six";', cell.traceback)

    def test_a_syntax_error_is_an_error(self):
        self.fails("let x = ;", "CompileError")

    def test_exit_is_a_crash_and_the_notebook_goes_on(self):
        self.fails("std::process::exit(3);", "Crash")
        self.assertEqual(self.ok("6 * 7").result, "42")

    def test_abort_is_a_crash_and_the_notebook_goes_on(self):
        self.fails('println!("last words"); std::process::abort();', "Crash")
        self.assertEqual(self.ok("6 * 7").result, "42")

    def test_text_on_stderr_is_no_error(self):
        cell = self.ok('eprintln!("careful"); eprint!("half");')
        self.assertEqual((cell.text("stderr"), cell.errors), ("careful\nhalf", []))

    def test_markers_in_a_cells_own_text_are_no_error(self):
        self.ok('println!("not EVCXR_PANIC_NOTIFICATION at the start");')

    def test_variables_survive_a_panic(self):
        self.ok("let kept = vec![1, 2, 3];")
        self.fails('println!("{}", kept.len()); panic!("oh");', "Panic", "oh")
        self.assertEqual(self.ok("kept").result, "[1, 2, 3]")

    def test_variables_survive_a_question_mark(self):
        self.ok("let kept_too = vec![1, 2, 3];")
        self.fails('println!("{}", kept_too.len()); "x".parse::<f64>()?;', "ParseFloatError")
        self.assertEqual(self.ok("kept_too").result, "[1, 2, 3]")

    def test_variables_that_a_panic_took_are_named(self):
        self.ok('let given_away = String::from("x"); let untouched = 5;')
        cell = self.fails('let taken = given_away; panic!("oh");', "Panic", "oh")
        self.assertIn("given_away", cell.traceback.split("oh", 1)[-1])
        self.assertEqual(self.ok("untouched").result, "5")
        self.fails("given_away", "CompileError")

    def test_variables_that_a_crash_took_are_named(self):
        self.ok("let gone = vec![1];")
        self.assertIn("gone", self.fails("std::process::abort();", "Crash").traceback)
        self.fails("gone", "CompileError")

    def test_cells_queued_behind_an_error_are_not_run(self):
        cells = [self.kernel.send(code) for code in (SLOW_PANIC, 'println!("ran");', "6 * 7")]
        self.kernel.finish(*cells)
        self.assertEqual([cell.status for cell in cells], ["error", "aborted", "aborted"])
        self.assertEqual([cell.outputs() for cell in cells[1:]], [[], []])
        # JupyterLab would write it beside a cell that never ran.
        self.assertEqual([cell.reply.get("execution_count") for cell in cells[1:]], [None, None])
        self.assertEqual(self.ok("6 * 7").result, "42")

    def test_cells_queued_behind_an_error_run_when_asked_to(self):
        first = self.kernel.send(SLOW_PANIC, stop_on_error=False)
        second = self.kernel.send("6 * 7")
        self.kernel.finish(first, second)
        self.assertEqual((first.status, second.status, second.result), ("error", "ok", "42"))


class Nbconvert(KernelCase):
    """`jupyter nbconvert --execute`, which starts a kernel of its own."""

    @classmethod
    def setUpClass(cls):
        pass

    def setUp(self):
        pass

    def convert(self, *cells):
        cells = [{"cell_type": "code", "id": f"c{n}", "metadata": {}, "execution_count": None, "outputs": [],
                  "source": source} for n, source in enumerate(cells)]
        spec = {"kernelspec": {"name": NAME, "display_name": "Rust", "language": "rust"}}
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "n.ipynb"
            path.write_text(json.dumps({"cells": cells, "metadata": spec, "nbformat": 4, "nbformat_minor": 5}))
            command = [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--output", "out", str(path)]
            return subprocess.run(command, cwd=NOTEBOOKS, capture_output=True, text=True, timeout=180)

    def test_nbconvert_fails_on_a_panic_and_not_on_text_on_stderr(self):
        done = self.convert('eprintln!("careful");', 'panic!("the bridge is out")', 'println!("on");')
        self.assertNotEqual(done.returncode, 0, "a panic passes as success")
        said = without_colours(done.stderr)
        self.assertIn("Panic: the bridge is out", said)
        self.assertNotIn("careful", said)
