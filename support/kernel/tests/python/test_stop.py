"""The stop button: asks first, ends the process only if it must, and the notebook goes on."""

import random
import time

from harness import KernelCase

MODEL = """
let circles = make_circles(1000).noise(0.03).random_state(42).build()?;
let data = train_test_split(&circles, 0.2, 42)?;
let model = seq().add(linear(2, 5)).add(linear(5, 1)).build()?;
"""
FIT = """
println!("begun");
let history = fit(&model, &data, &TrainConfig { epochs: %d, log_every: 0, ..Default::default() })?;
"""
ENDLESS = 'println!("begun"); loop { std::hint::spin_loop(); }'


class Stop(KernelCase):
    support = True

    def model(self):
        """Data and a model, also after a test that lost the crate."""
        if self.kernel.run(MODEL).status != "ok":
            self.kernel.load_support()
            self.ok(MODEL)

    def stop(self, code, presses=1, seconds=15):
        """Presses the button while the cell runs; returns the cell and the seconds from the last press to the reply."""
        cell = self.kernel.send(code)
        self.kernel.wait_for_text(cell, "begun")
        self.kernel.pause(0.5)
        for press in range(presses):
            if press:
                self.kernel.pause(0.3)
                self.assertFalse(cell.done, f"one press was enough: {cell.said()}")
            pressed = self.kernel.interrupt()
        self.kernel.finish(cell, seconds=seconds)
        return cell, cell.replied - pressed

    def test_fit_stops_within_half_a_second_and_keeps_everything(self):
        self.model()
        cell, seconds = self.stop(FIT % 5_000_000)
        self.error(cell, "Stopped")
        self.assertLess(seconds, 0.5)
        self.assertRegex(cell.reply["evalue"], r"\b\d+ of 5000000\b")
        self.assertEqual(self.ok("history.len() > 0 && history.len() < 5_000_000").result, "true")
        self.assertEqual(self.ok("model.num_parameters()").result, "21")
        self.ok("let outputs = model.forward(&data.test.x_tensor(Device::Cpu)?)?;")

    def test_fit_runs_again_after_a_stop(self):
        self.model()
        self.error(self.stop(FIT % 5_000_000)[0], "Stopped")
        self.ok(FIT % 200)
        self.assertEqual(self.ok("history.len()").result, "200")

    def test_a_stop_of_fit_keeps_the_cells_behind_it_from_running(self):
        self.model()
        cell = self.kernel.send(FIT % 5_000_000)
        behind = self.kernel.send('println!("ran");')
        self.kernel.wait_for_text(cell, "begun")
        self.kernel.interrupt()
        self.kernel.finish(cell, behind, seconds=15)
        self.assertEqual((cell.status, behind.status, behind.text()), ("error", "aborted", ""))

    def test_a_loop_that_checks_the_file_stops(self):
        cell, seconds = self.stop("""
            println!("begun");
            let file = std::env::var("KERNEL_STOP_FILE")?;
            while !std::path::Path::new(&file).exists() { std::thread::sleep(std::time::Duration::from_millis(20)); }
            print!("EVCXR_BEGIN_CONTENT application/x-kernel-stopped 1/1 stopped -\\nas asked\\nEVCXR_END_CONTENT\\n");
            let after_the_stop = 5;
        """)
        self.error(cell, "Stopped", "as asked")
        self.assertLess(seconds, 0.5)
        self.assertEqual(cell.of("display_data", "execute_result"), [], "the control block is shown")
        self.assertEqual(self.ok("after_the_stop").result, "5")

    def test_a_second_press_ends_an_endless_loop_and_the_notebook_goes_on(self):
        self.ok("let before = 1;")
        cell, seconds = self.stop(ENDLESS, presses=2)
        self.error(cell, "Interrupted")
        self.assertLess(seconds, 2)
        self.assertIn("before", cell.traceback, "it is not said which variables are gone")
        self.assertEqual(self.ok("6 * 7").result, "42")
        begun = time.monotonic()
        self.kernel.load_support()
        self.assertEqual(self.ok("Tensor::from_slice(&[1.0f32]).size()").result, "[1]")
        self.assertLess(time.monotonic() - begun, 15, "the crate takes long to load again")

    def test_a_cell_that_does_not_react_is_ended_after_five_seconds(self):
        cell, seconds = self.stop(ENDLESS)
        self.error(cell, "Interrupted")
        self.assertTrue(4 < seconds < 8, f"it took {seconds:.1f} s")
        self.assertEqual(self.ok("6 * 7").result, "42")

    def test_a_press_while_nothing_runs_stops_nothing(self):
        self.model()
        for _ in range(2):
            self.assertEqual(self.kernel.ask("control", "interrupt_request", seconds=5).type, "interrupt_reply")
        self.ok(FIT % 200)
        self.assertEqual(self.ok("history.len()").result, "200")

    def test_a_press_is_answered_while_a_cell_runs(self):
        cell = self.kernel.send('println!("begun"); std::thread::sleep(std::time::Duration::from_secs(2));')
        self.kernel.wait_for_text(cell, "begun")
        reply = self.kernel.ask("control", "interrupt_request", seconds=1)
        self.assertEqual((reply.type, reply.content), ("interrupt_reply", {"status": "ok"}))
        self.assertFalse(cell.done)
        self.kernel.finish(cell)

    def test_presses_at_any_moment_leave_a_kernel_that_answers(self):
        moments = random.Random(3)
        for _ in range(10):
            cell = self.kernel.send("std::thread::sleep(std::time::Duration::from_millis(200));")
            self.kernel.pause(moments.uniform(0, 0.8))
            # The press may come too late for its cell; once it is answered it must not reach the next.
            self.kernel.ask("control", "interrupt_request")
            self.kernel.finish(cell, seconds=20)
            self.assertEqual(self.ok("6 * 7").result, "42")
