"""Whoever waits for input gets the answer, the end of the input or the stop; nobody waits for ever."""

import time

from harness import Kernel, eventually, folders, on_linux, processes
from off_path import AT_ONCE, OffPath, said, seconds, within

# What crate `evcxr_input` prints and reads, without the crate.
ASK = r"""
fn ask(question: &str) -> String {
    println!("EVCXR_INPUT_REQUEST:{question}");
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
    line.trim_end_matches(['\n', '\r']).to_string()
}
fn ask_secretly(question: &str) -> String {
    println!("EVCXR_INPUT_REQUEST_PASSWORD:{question}");
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
    line.trim_end_matches(['\n', '\r']).to_string()
}
"""
READ = "let mut line = String::new();\nstd::io::stdin().read_line(&mut line)?;\nline"


class Input(OffPath):
    @classmethod
    def prepare(cls):
        super().prepare()
        cls.kernel.run(ASK)

    def mend(self):
        super().mend()
        self.kernel.asked.clear()

    def question(self, cell, seconds=AT_ONCE):
        """The next question of this cell."""
        self.kernel.wait("a question", lambda: self.kernel.asked or cell.done, within(seconds))
        self.assertTrue(self.kernel.asked, f"the cell does not ask: {said(cell)}")
        return self.kernel.asked.pop(0)

    def answered(self, code, *answers):
        """Runs a cell and answers its questions; returns it and the prompts."""
        cell, prompts = self.kernel.send(code, allow_stdin=True), []
        for answer in answers:
            prompts.append(self.question(cell)["prompt"])
            self.kernel.client.input(answer)
        self.kernel.finish(cell, seconds=within(AT_ONCE))
        self.assertEqual(cell.status, "ok", said(cell))
        self.assertEqual(self.kernel.asked, [], "it asks more often than it reads")
        return cell, prompts

    def test_a_line_read_from_stdin_is_asked_of_the_front_end(self):
        cell, _ = self.answered(READ, "Ada")
        self.assertEqual(cell.result, '"Ada\\n"')
        self.next_cell()

    def test_two_lines_read_from_stdin_are_two_questions(self):
        code = "let lines: Vec<String> = std::io::stdin().lines().take(2).collect::<Result<_, _>>()?;\nlines"
        cell, _ = self.answered(code, "one", "two")
        self.assertEqual(cell.result, '["one", "two"]')
        self.next_cell()

    def test_each_cell_that_reads_asks(self):
        for name in ("Ada", "", "Größe 🦀", " with blanks ", '"quoted\\n"'):
            with self.part(name):
                self.assertEqual(self.answered(f'{READ.removesuffix("line")}print!("{{line}}");', name)[0].text(),
                                 name + "\n")
        self.next_cell()

    def test_without_a_front_end_that_asks_the_input_is_at_its_end(self):
        for code, wanted in {
            READ: '""',
            "let mut all = String::new();\nstd::io::Read::read_to_string(&mut std::io::stdin(), &mut all)?;\nall": '""',
            "std::io::stdin().lines().count()": "0",
            "std::io::read_to_string(std::io::stdin())?": '""',
        }.items():
            with self.part(code):
                cell = self.ok(code)
                self.assertEqual(cell.result, wanted, said(cell))
                self.assertLess(seconds(cell), within(5))
                self.says(cell, r"\binput\b")
                self.no_insides(cell)
                self.next_cell()
        self.assertEqual(self.kernel.asked, [], "a front end is asked that said it cannot be")

    def test_reading_to_the_end_can_be_stopped_if_it_asks(self):
        cell = self.kernel.send("let all = std::io::read_to_string(std::io::stdin())?;\nall", allow_stdin=True)
        self.question(cell)
        self.kernel.client.input("one")
        self.kernel.wait("an end or a second question", lambda: cell.done or self.kernel.asked, within(AT_ONCE))
        if not cell.done:
            self.kernel.interrupt()
            self.kernel.finish(cell, seconds=within(AT_ONCE))
            self.error(cell, "Interrupted")
        else:
            self.assertIn("one", cell.result)
        self.next_cell()

    def test_a_prompt_printed_without_a_line_end_is_the_prompt(self):
        code = 'use std::io::Write;\nprint!("Your name? ");\nstd::io::stdout().flush()?;\n' + READ
        cell, prompts = self.answered(code, "Ada")
        self.assertEqual((prompts[0].strip(), cell.result), ("Your name?", '"Ada\\n"'))
        cell, prompts = self.answered('println!("Hello.");\n' + code, "Ada")
        self.assertEqual(prompts[0].strip(), "Your name?")
        self.assertIn("Hello.\n", cell.text())

    def test_prompts_arrive_whole(self):
        for prompt in ("Start at (hh:mm)?", "a: b: c:", ":", "", "  in blanks ", "Wie groß? 🦀", 'say \\"yes\\"',
                       "x" * 5000):
            with self.part(prompt[:50]):
                cell, prompts = self.answered(f'ask("{prompt}")', "10:30")
                self.assertEqual(prompts, [prompt.replace('\\"', '"')])
                self.assertEqual(cell.result, '"10:30"')
                self.assertNotIn("EVCXR", cell.text())

    def test_a_password_is_asked_for_as_one(self):
        cell = self.kernel.send('ask_secretly("Secret (a:b)?")', allow_stdin=True)
        self.assertEqual(self.question(cell), {"prompt": "Secret (a:b)?", "password": True})
        self.kernel.client.input("sesame")
        self.kernel.finish(cell, seconds=within(AT_ONCE))
        self.assertEqual(cell.result, '"sesame"', said(cell))
        cell = self.kernel.send('ask("Name?")', allow_stdin=True)
        self.assertEqual(self.question(cell), {"prompt": "Name?", "password": False})
        self.kernel.client.input("Ada")
        self.kernel.finish(cell, seconds=within(AT_ONCE))

    def test_many_questions_of_one_cell_get_their_answers(self):
        cell, prompts = self.answered('for n in 0..5 { println!("{}", ask(&format!("{n}?"))); }', *"abcde")
        self.assertEqual(prompts, [f"{n}?" for n in range(5)])
        self.assertEqual(cell.text(), "a\nb\nc\nd\ne\n")
        cell, _ = self.answered('while ask("A number?").parse::<u32>().is_err() { println!("no"); }', "six", "", "6")
        self.assertEqual(cell.text(), "no\nno\n")
        cell, _ = self.answered('std::thread::spawn(|| ask("from a thread?")).join().unwrap()', "yes")
        self.assertEqual(cell.result, '"yes"')
        self.next_cell()

    def test_a_question_in_a_loop_that_nobody_can_answer_fails_the_cell(self):
        for code in ('while ask("A number?").parse::<u32>().is_err() {}',
                     'loop { if ask_secretly("Well?") == "yes" { break; } }'):
            with self.part(code):
                cell = self.run_cell(code)
                self.assertEqual(cell.status, "error", said(cell))
                self.says(cell, "input")
                self.no_insides(cell)
                self.next_cell()

    def test_a_stop_ends_an_open_question_and_a_late_answer_is_dropped(self):
        for code in ('ask("name?")', 'ask_secretly("name?")', READ):
            with self.part(code):
                cell = self.kernel.send(code, allow_stdin=True)
                behind = self.kernel.send('println!("ran");')
                self.question(cell)
                self.kernel.pause(0.3)
                pressed = self.kernel.interrupt()
                self.kernel.finish(cell, behind, seconds=within(AT_ONCE))
                self.error(cell, "Interrupted")
                self.no_insides(cell)
                self.assertLess(cell.replied - pressed, within(1.5))
                self.assertEqual((behind.status, behind.text()), ("aborted", ""))
                self.kernel.client.input("late")
                self.next_cell()
                cell, _ = self.answered('ask("second?")', "in time")
                self.assertEqual(cell.result, '"in time"')
                self.next_cell()

    def test_an_answer_nobody_asked_for_is_dropped(self):
        self.kernel.client.input("unasked")
        self.next_cell()
        self.assertEqual(self.answered('ask("asked?")', "asked")[0].result, '"asked"')

    def test_an_answer_with_line_breaks_answers_no_question_of_a_later_cell(self):
        for answer in ("first\nsecond", "first\n", "first\r\nsecond\r\n", "first\n\n\n"):
            with self.part(answer):
                cell, _ = self.answered('ask("first?")', answer)
                self.assertTrue(cell.result.startswith('"first'), said(cell))
                self.assertEqual(self.answered('ask("next?")', "own")[0].result, '"own"')
        cell = self.kernel.send('println!("{}|{}", ask("one?"), ask("two?"));', allow_stdin=True)
        self.question(cell)
        self.kernel.client.input("1\n1b")
        self.kernel.wait("the second question", lambda: self.kernel.asked or cell.done, within(AT_ONCE))
        if not cell.done:
            self.kernel.client.input("2")
        self.kernel.finish(cell, seconds=within(AT_ONCE))
        self.assertRegex(cell.text(), r"^1.*\|(2|1b)\n$")
        self.next_cell()

    def test_what_a_cell_leaves_unread_stops_nobody(self):
        self.answered("let mut byte = [0];\nstd::io::Read::read(&mut std::io::stdin(), &mut byte)?;\nbyte",
                      "a long answer")
        cell = self.kernel.send('ask("next?")', allow_stdin=True)
        self.kernel.wait("a question or the end", lambda: self.kernel.asked or cell.done, within(AT_ONCE))
        if self.kernel.asked:
            self.kernel.client.input("own")
        self.kernel.finish(cell, seconds=within(AT_ONCE))
        # In a terminal the rest would be there, too.
        self.assertIn(cell.result, ('"own"', '" long answer"'), said(cell))
        self.spoils()

    def test_children_find_the_input_at_its_end(self):
        command = "std::process::Command::new"
        for allowed in (False, True):
            for code, wanted in {
                f'{command}("cat").status()?.success()': "true",
                f'{command}("sh").args(["-c", "read x; echo $x"]).status()?.success()': "true",
                f'{command}("wc").arg("-c").stdin(std::process::Stdio::inherit()).output()?.stdout': "[48, 10]",
            }.items():
                with self.part(code, allowed=allowed):
                    cell = self.ok(code, allow_stdin=allowed)
                    self.assertEqual(cell.result, wanted, said(cell))
                    self.assertEqual(self.kernel.asked, [], "the child's reading is asked of the user")
                    self.next_cell()

    def test_a_child_takes_no_answer_away(self):
        self.ok('let mut child = std::process::Command::new("cat").spawn()?;', allow_stdin=True)
        self.assertEqual(self.answered('ask("mine?")', "mine")[0].result, '"mine"')
        self.shows("child.wait()?.success()", "true")

    @on_linux
    def test_a_shutdown_ends_an_open_question(self):
        kernel = Kernel()
        self.addCleanup(kernel.close)
        cell = kernel.send(READ, allow_stdin=True)
        kernel.wait("a question", lambda: kernel.asked or cell.done)
        mine = folders(kernel.processes())
        begun = time.monotonic()
        kernel.request("control", "shutdown_request", {"restart": False})
        self.assertTrue(eventually(lambda: not processes(kernel.mark), 5), f"still running: {processes(kernel.mark)}")
        self.assertTrue(eventually(lambda: not any(f.exists() for f in mine), 5), f"left behind: {mine}")
        self.assertLess(time.monotonic() - begun, within(6))
