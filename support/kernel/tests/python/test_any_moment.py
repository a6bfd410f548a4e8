"""The stop button at any moment: the cell ends soon, the queue does not run, nothing stays behind."""

import random

from harness import SUPPORT, Kernel, eventually, folders, on_linux, processes
from off_path import OffPath, said, thorough, within

# Presses into a running notebook and into kernels that are still loading; `--cells 200` presses a hundred times in all.
PRESSES, LOADS = (88, 12) if thorough() else (9, 3)
SOON = 6  # seconds from one press to idle

NOTEBOOK = [
    "6 * 7",
    'println!("begun"); sleep(600); println!("done");',
    "let list: Vec<u64> = (0..1000).collect();",
    "fn double(n: u64) -> u64 { 2 * n }\ndouble(21)",
    "#[derive(Debug)] struct Spot { x: i32, y: i32 }\nlet spot = Spot { x: 1, y: 2 };\nspot",
    "loop { std::hint::spin_loop(); }",
    'for n in 0..100 { println!("{n}"); sleep(10); }',
    'show("show", "-", "text/html", "<b>shown</b>");',
    "let circles = make_circles(500).noise(0.03).random_state(42).build()?;\nplot_dataset(&circles)",
    "let data = train_test_split(&make_circles(500).random_state(1).build()?, 0.2, 42)?;\n"
    "let model = seq().add(linear(2, 5)).add(linear(5, 1)).build()?;\n"
    "let history = fit(&model, &data, &TrainConfig { epochs: 2000, log_every: 0, ..Default::default() })?;\n"
    "plot_loss_curves(&history)",
    "use std::collections::BTreeMap;\nlet counts = BTreeMap::from([(1, 'a')]);",
    'std::process::Command::new("sleep").arg("30").status()?;',
    'let n = std::thread::spawn(|| { sleep(300); 5 }).join().unwrap();',
]


class AnyMoment(OffPath):
    support = True

    def press(self, moments):
        """Sends three cells, presses at some moment, and checks what each became."""
        codes = moments.sample(NOTEBOOK, 3)
        cells = [self.kernel.send(f"{code}\n// {moments.random()}") for code in codes]
        self.kernel.pause(moments.uniform(0, 2))
        if all(cell.done for cell in cells):
            return
        pressed = self.kernel.interrupt()
        self.kernel.finish(*cells, seconds=within(20))
        told = "\n".join(f"{code}\n  {said(cell)[:800]}" for code, cell in zip(codes, cells))
        for code, cell in zip(codes, cells):
            self.assertLess(max(cell.idle, cell.replied) - pressed, within(SOON), f"too late: {code}\n{told}")
            begun = cell.of("execute_input")
            if not begun:
                self.assertEqual((cell.status, cell.outputs()), ("aborted", []), told)
            elif begun[0].time > pressed + 0.5:
                self.fail(f"a queued cell ran after the stop: {code}\n{told}")
            if cell.status == "error":
                self.assertIn(cell.reply["ename"], ("Interrupted", "Stopped"), told)
                self.no_insides(cell)
        statuses = [cell.status for cell in cells]
        self.assertEqual(statuses, sorted(statuses, key=["ok", "error", "aborted"].index), told)

    def test_a_press_at_any_moment_of_a_notebook_ends_it_soon(self):
        seed = random.randrange(10**6)
        moments, known = random.Random(seed), set()
        for number in range(PRESSES):
            with self.part(seed=seed, press=number):
                self.press(moments)
                self.next_cell(kept=False)
                self.no_compiler_left()
                known |= folders(self.kernel.processes())
                if self.kernel.run("Kind::Float", 15).status != "ok":
                    self.kernel.load_support()
        left = [line for line in self.kernel.processes().values() if line.startswith("sleep")]
        self.assertTrue(eventually(lambda: "sleep 30" not in self.kernel.processes().values(), 5),
                        f"still running: {left}")
        mine = known | folders(self.kernel.processes())
        self.kernel.restart(now=False)
        gone = eventually(lambda: not any(f.exists() for f in mine - folders(self.kernel.processes())), 10)
        self.assertTrue(gone, f"left behind: {[str(f) for f in mine if f.exists()]}")
        self.spoils()

    def test_two_and_more_presses_are_no_worse_than_one(self):
        for pause in (0.0, 0.05, 0.3, 1.0):
            with self.part(pause=pause):
                cells = [self.kernel.send(code) for code in ("loop { std::hint::spin_loop(); }", 'println!("ran");')]
                self.kernel.pause(0.7)
                pressed = self.kernel.interrupt()
                for _ in range(3):
                    self.kernel.pause(pause)
                    self.kernel.interrupt()
                self.kernel.finish(*cells, seconds=within(20))
                self.assertEqual([cell.status for cell in cells], ["error", "aborted"], said(cells[0]))
                self.assertLess(cells[0].replied - pressed, within(SOON))
                # All presses are answered before the next cell is sent: none may reach it.
                self.kernel.ask("control", "interrupt_request")
                self.next_cell(kept=False)
                self.spoils()


@on_linux
class Loading(OffPath):
    """A kernel of its own for each press."""

    @classmethod
    def setUpClass(cls):
        pass

    def setUp(self):
        pass

    def load(self, delay, wait):
        self.kernel = kernel = Kernel(wait=wait)
        try:
            cell, queued = kernel.send(SUPPORT[0]), kernel.send('println!("ran");')
            kernel.pause(delay)
            if cell.reply:
                return  # a preloaded kernel may be that quick
            pressed = kernel.interrupt()
            # The first messages of a kernel may come before we are subscribed; its replies are never lost.
            kernel.wait("both replies", lambda: cell.reply and queued.reply, 30)
            self.assertEqual((cell.status, cell.reply.get("ename")), ("error", "Interrupted"), said(cell))
            self.assertEqual((queued.status, queued.text()), ("aborted", ""), "a queued cell ran")
            self.assertLess(max(cell.replied, queued.replied) - pressed, within(SOON))
            self.no_insides(cell)
            kernel.wait("the next cell's reply", lambda cell=kernel.send("6 * 7"): cell.reply, 30)
            self.next_cell(kept=False)
            self.assertEqual(kernel.run(SUPPORT[0], 90).status, "ok")
            mine = folders(kernel.processes())
            kernel.close()
            self.assertTrue(eventually(lambda: not processes(kernel.mark), 5),
                            f"still running: {processes(kernel.mark)}")
            self.assertTrue(eventually(lambda: not any(f.exists() for f in mine), 5), f"left behind: {mine}")
        finally:
            kernel.close()

    def test_a_press_while_a_fresh_kernel_loads_ends_its_first_cell(self):
        for number in range(LOADS):
            delay, wait = 0.05 + 1.95 * number / (LOADS - 1), number % 2 == 0
            with self.subTest(delay=delay, wait=wait):
                self.load(delay, wait)

    def test_a_cell_that_waits_for_a_loading_kernel_does_not_run_after_a_stop(self):
        for delay in (0.1, 0.5):
            with self.subTest(delay=delay):
                kernel = Kernel(wait=False)
                self.addCleanup(kernel.close)
                cell = kernel.send('println!("ran");')
                kernel.pause(delay)
                pressed = kernel.interrupt()
                kernel.wait("the reply", lambda: cell.reply, 30)
                self.assertNotIn("ran", cell.text(), "the cell ran after the stop")
                self.assertIn(cell.status, ("error", "aborted"), said(cell))
                self.assertLess(cell.replied - pressed, within(SOON))
                kernel.wait("the next cell's reply", lambda cell=kernel.send("6 * 7"): cell.reply, 30)
