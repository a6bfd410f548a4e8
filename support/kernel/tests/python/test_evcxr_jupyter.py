"""The second kernelspec: evcxr_jupyter as it is, in a folder that goes when it ends. The README's left column is tested here."""

import os

from harness import Kernel, KernelCase, eventually, folders, on_linux, processes

NAME = "rust_evcxr"


class EvcxrJupyter(KernelCase):
    """One kernel for all: each start clones the warm folder and loads the crate anew."""

    @classmethod
    def setUpClass(cls):
        cls.kernel = Kernel(name=NAME)
        cls.addClassCleanup(lambda: cls.kernel.close())
        cls.prepare()

    @classmethod
    def prepare(cls):
        cls.kernel.load_support()

    def test_it_is_the_crates_own_kernel(self):
        info = self.kernel.ask("shell", "kernel_info_request").content
        self.assertEqual(info["implementation"], "evcxr_jupyter")

    def test_cells_get_the_locked_versions(self):
        lock = next(iter(self.folders())) / "Cargo.lock"
        ours = (self.repository() / "Cargo.lock").read_text()
        for block in lock.read_text().split("[[package]]")[1:]:
            if "source = " in block:
                version = "\n".join(block.strip().splitlines()[:2])
                self.assertIn(version, ours, "cargo chose a version that the workspace does not have")
        self.assertEqual(self.ok("Tensor::from_slice(&[1.0f32]).size()").result, "[1]")

    def test_of_several_figures_the_last_is_shown(self):
        cell = self.ok('MimeBundle::text("one").show(); MimeBundle::text("two").show();')
        self.assertEqual([kind for kind, _ in cell.outputs()], ["execute_result"], cell.said())
        self.assertEqual(cell.result, "two")

    def test_a_panic_and_an_error_pass(self):
        for code, words in (('panic!("at once")', "at once"), ('"x".parse::<i32>()?', "invalid digit")):
            cell = self.ok(code)
            # A thread of its own hands on what stands on standard error, also after the cell's end.
            self.kernel.wait(words, lambda: words in cell.text("stderr"), 10)

    def test_the_stop_button_takes_the_variables(self):
        self.ok("let kept = 1;")
        cell = self.kernel.send('println!("begun"); loop { std::thread::sleep(std::time::Duration::from_millis(10)); }')
        self.kernel.wait_for_text(cell, "begun")
        self.kernel.interrupt()
        self.kernel.finish(cell)
        self.assertEqual(cell.status, "error", cell.said())
        self.assertEqual(self.kernel.run("kept").status, "error")
        self.prepare()

    @on_linux
    def test_zz_nothing_stays_when_it_ends_however_it_ends(self):
        for end in (self.kernel.close, lambda: os.kill(self.kernel.pid, 9)):
            if not self.kernel.manager.has_kernel:
                type(self).kernel = Kernel(name=NAME)
            cell = self.kernel.send("let still_running = 1; loop { std::hint::spin_loop(); }")
            self.kernel.pause(3)
            self.assertFalse(cell.done, cell.said())
            mine = self.folders()
            self.assertTrue(mine)
            end()
            gone = lambda: not processes(self.kernel.mark) and not any(folder.exists() for folder in mine)
            self.assertTrue(eventually(gone, 15), f"left: {processes(self.kernel.mark)}, {mine}")

    def folders(self):
        return folders(processes(self.kernel.mark))

    def repository(self):
        return next(iter(self.folders())).parents[2]
