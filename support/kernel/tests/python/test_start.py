"""How a kernel starts: from the first cell on, without what is missing, and from a spare."""

import os
import subprocess
import tempfile
from pathlib import Path

from harness import KERNEL, NOTEBOOKS, SUPPORT, Kernel, KernelCase, eventually, folders, on_linux, processes


class Start(KernelCase):
    """Each of these has a kernel of its own."""

    @classmethod
    def setUpClass(cls):
        pass

    def setUp(self):
        pass

    def start(self, **environment):
        self.kernel = Kernel(**environment)
        self.addCleanup(self.kernel.close)

    def test_the_very_first_cell_shows_its_value_and_nothing_else(self):
        self.start()
        self.assertEqual(self.ok("6 * 6").outputs(), [("execute_result", {"text/plain": "36"})])

    def test_a_panic_in_the_very_first_cell_is_an_error(self):
        self.start()
        self.error(self.kernel.run('panic!("at once")'), "Panic", "at once")

    def test_without_libtorch_plain_rust_runs_and_the_crates_cell_says_what_to_do(self):
        self.start(LIBTORCH="/nowhere")
        self.assertEqual(self.ok("6 * 7").result, "42")
        cell = self.kernel.run(SUPPORT[0])
        self.error(cell, "NotReady")
        self.assertIn("libtorch is missing", cell.reply["evalue"])
        self.assertIn("cargo lab", cell.traceback)
        self.assertEqual(self.ok("6 * 7").result, "42")

    def test_a_prelude_that_fails_is_named_by_the_first_cell(self):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "evcxr.toml").write_text('[evcxr]\nprelude = "let broken: i32 = \\"six\\";"\n')
            self.kernel = Kernel(wait=False, folder=folder)
            self.addCleanup(self.kernel.close)
            cell = self.kernel.run("6 * 7")
            self.error(cell, "NotReady")
            self.assertIn("evcxr.toml", cell.reply["evalue"])
            self.assertIn("mismatched types", cell.traceback)
            Path(folder, "evcxr.toml").write_text("")
            self.assertEqual(self.ok("6 * 7").result, "42", "it does not recover")


@on_linux
class Spares(KernelCase):
    """Notebooks served by a kernel that was loaded before they opened."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.mark = f"KERNEL_TEST_SPARES={os.path.basename(cls.folder.name)}"
        cls.environment = dict([cls.mark.split("=")], KERNEL_SPARES=cls.folder.name)
        cls.keeper = subprocess.Popen([KERNEL, "--spares", "1", "1"], cwd=NOTEBOOKS, stdin=subprocess.DEVNULL,
                                      env={**os.environ, **cls.environment})
        cls.addClassCleanup(cls.end)

    def setUp(self):
        self.assertTrue(eventually(lambda: self.sockets("ready"), 90), "no spare became ready")

    @classmethod
    def sockets(cls, state=""):
        return list(Path(cls.folder.name).glob(f"{state}*"))

    @classmethod
    def end(cls):
        cls.keeper.kill()
        cls.keeper.wait()

    def open(self):
        self.kernel = Kernel(**self.environment)
        self.addCleanup(self.kernel.close)

    def test_a_notebook_gets_a_loaded_kernel_and_the_next_one_a_clean_one(self):
        spare = self.sockets("ready")[0].name
        for _ in range(2):
            self.open()
            self.assertEqual(self.sockets("ready"), [], "nobody took the spare")
            self.kernel.load_support()
            self.error(self.kernel.run("left_behind"), "CompileError")
            self.ok("let left_behind = Tensor::from_slice(&[1.0f32]);")
            self.assertEqual(self.ok("6 * 7").reply["execution_count"], len(SUPPORT) + 3)
            self.kernel.close()
            self.assertTrue(eventually(lambda: self.sockets("ready"), 30), "the kernel is no spare again")
            self.assertEqual(self.sockets("ready")[0].name, spare, "another kernel had to be loaded")

    def test_a_restart_works_with_spares(self):
        self.open()
        self.ok("let before = 1;")
        self.kernel.restart(now=False)
        self.error(self.kernel.run("before"), "CompileError")
        self.assertEqual(self.ok("6 * 7").result, "42")

    def test_a_killed_notebook_leaves_nothing_running(self):
        self.open()
        cell = self.kernel.send('println!("begun"); loop { std::hint::spin_loop(); }')
        self.kernel.wait_for_text(cell, "begun")
        before = set(processes(self.mark)) - {self.keeper.pid}
        os.kill(self.kernel.pid, 9)
        self.assertTrue(eventually(lambda: not before & set(processes(self.mark)), 5),
                        f"still running: {before & set(processes(self.mark))}")

    def test_zz_no_spare_outlives_its_keeper(self):
        mine = folders(processes(self.mark))
        self.end()
        self.assertTrue(eventually(lambda: not processes(self.mark), 5), f"still running: {processes(self.mark)}")
        self.assertTrue(eventually(lambda: not any(f.exists() for f in mine), 5), f"left behind: {mine}")
