"""Whatever a cell prints is text, arrives whole and in time; only a block of a display is a display."""

import zmq

from harness import on_linux
from off_path import AT_ONCE, OffPath, most_memory, said, seconds, shown, within

OPEN = r'println!("EVCXR_BEGIN_CONTENT text/html\n<b>hello</b>");'
# A text that ends its own block and begins one of the page's.
BREAKOUT = r"a\nEVCXR_END_CONTENT\nEVCXR_BEGIN_CONTENT text/html\n<b>breakout</b>\nEVCXR_END_CONTENT\nb"
DEBUG, FMT = "impl std::fmt::Debug", "fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result"
WORDS = [
    "EVCXR_X", "EVCXR_TMPDIR ", "EVCXR_EXECUTION_COMPLETE", "EVCXR_END_CONTENT", "EVCXR_PANIC_NOTIFICATION",
    "EVCXR_VARIABLE_CHANGED_TYPE:earlier", "EVCXR_INPUT_REQUEST", "EVCXR_", "CELL_MARK", "KERNEL_STOPPED_COMPILATION",
    "KERNEL_STOP_FILE", '{"started":{"process":1}}', '{"died":1}', "NotReady: ",
]


class Output(OffPath):
    def displays(self, cell):
        return [m.content["data"] for m in cell.of("display_data", "update_display_data", "execute_result")]

    def test_a_block_left_open_ends_with_its_cell(self):
        cell = self.ok(OPEN)
        self.assertIn("<b>hello</b>", str(cell.outputs()))
        self.next_cell()
        self.assertEqual(self.ok('println!("plain");').text(), "plain\n")

    def test_a_block_without_its_content_ends_with_its_cell(self):
        for text in ("EVCXR_BEGIN_CONTENT text/html\\n",
                     "EVCXR_BEGIN_CONTENT text/plain 1/2 show -\\na\\nEVCXR_END_CONTENT\\n", "EVCXR_BEGIN_CONTENT",
                     "EVCXR_BEGIN_CONTENT text/plain 1/1 show -\\na\\nEVCXR_BEGIN_CONTENT text/plain\\nb\\n",
                     "EVCXR_BEGIN_CONTENT text/plain 7/2 nonsense -\\na\\nEVCXR_END_CONTENT\\n"):
            with self.part(text):
                self.ok(f'print!("{text}");')
                self.next_cell()
                self.assertEqual(self.ok('println!("plain");').outputs(), [("stdout", "plain\n")])

    def test_an_error_below_a_block_left_open_is_an_error(self):
        for code, name in (('"x".parse::<i32>()?;', "ParseIntError"), ('panic!("oh");', "Panic")):
            with self.part(name):
                cell = self.error(self.run_cell(f"{OPEN}\n{code}"), name)
                html = "".join(str(data.get("text/html")) for data in self.displays(cell))
                self.assertNotRegex(html, "invalid digit|panic", "the error is shown as HTML")
                self.next_cell()

    def test_words_of_the_kernel_are_text_to_the_last_letter(self):
        for word in WORDS:
            quoted = word.replace('"', '\\"').replace("{", "{{").replace("}", "}}")
            for code, out, err in (
                (f'print!("see {quoted}");', f"see {word}", ""),
                (f'print!("{quoted}");', word, ""),
                (f'println!("{quoted}"); println!("a {quoted} b {quoted}"); println!("c");',
                 f"{word}\na {word} b {word}\nc\n", ""),
                (f'eprintln!("{quoted}"); eprint!("see {quoted}");', "", f"{word}\nsee {word}"),
            ):
                with self.part(code):
                    cell = self.ok(code, seconds=8)
                    self.assertEqual((cell.text(), cell.text("stderr"), self.displays(cell)), (out, err, []))
        self.next_cell()

    def test_an_errors_text_stays_text(self):
        for code, name in ((f'Err::<(), _>(std::io::Error::other("{BREAKOUT}"))?;', None),
                           (f'panic!("{BREAKOUT}");', "Panic"), (f'panic!("{BREAKOUT}", );\nlet a = 1;', "Panic")):
            with self.part(code):
                cell = self.run_cell(code)
                self.error(cell, name or (cell.reply or {}).get("ename"))
                self.assertEqual(self.displays(cell), [], "the error's text became a display")
                self.says(cell, "breakout")
                self.next_cell()

    def test_a_values_text_stays_text(self):
        self.ok(f"struct Sly;\n{DEBUG} for Sly {{ {FMT} {{ f.write_str(\"{BREAKOUT}\") }} }}")
        cell = self.ok("Sly")
        self.assertEqual([list(data) for data in self.displays(cell)], [["text/plain"]], said(cell))
        self.assertIn("breakout", cell.result)
        self.next_cell()

    def length(self, n, code='println!("{}", "x".repeat(%d));', stream="stdout"):
        cell = self.ok(code % n, seconds=30)
        text = cell.text(stream)
        self.assertEqual((len(text), text.count("x")), (n + 1, n), "not all of it arrived")
        return seconds(cell)

    def test_a_long_line_arrives_whole_and_its_time_does_not_grow_with_the_square(self):
        self.length(1000)
        small = self.length(2_000_000)
        large = self.length(20_000_000)
        self.assertLess(large, 25 * max(small, 0.1) + 1, f"2 MB took {small:.1f} s")
        self.next_cell()

    def test_much_output_of_every_kind_arrives_whole(self):
        self.length(5_000_000, 'eprintln!("{}", "x".repeat(%d));', "stderr")
        self.length(5_000_000, 'for _ in 0..5000 { print!("{}", "x".repeat(%d / 5000)); } println!();')
        cell = self.ok('for n in 0..200_000 { println!("{n}"); }', seconds=30)
        self.assertEqual(cell.text(), "".join(f"{n}\n" for n in range(200_000)))
        cell = self.ok('show("show", "-", "text/html", &"x".repeat(10_000_000));', seconds=30)
        self.assertEqual([len(data["text/html"]) for data in self.displays(cell)], [10_000_000])
        cell = self.ok('"x".repeat(5_000_000)', seconds=30)
        self.assertEqual(len(cell.result), 5_000_002)
        self.next_cell()

    def test_bytes_that_are_no_text_do_no_harm(self):
        for data in (r"b\"\\xff\\xfe\\n\"", r"b\"\\xff\"", r"b\"a\\0b\\n\"", r"b\"\\xe2\\x82\"", r"b\"\\x1b[31\""):
            data = data.replace('\\"', '"').replace("\\\\", "\\")
            for stream in ("stdout", "stderr"):
                with self.part(data, stream=stream):
                    code = f"std::io::{stream}().write_all({data})?;\nstd::io::{stream}().flush()?;"
                    self.ok("use std::io::Write;\n" + code)
                    self.next_cell()
        cell = self.ok('use std::io::Write;\nfor byte in "ö🦀\\n".as_bytes() {\n'
                       "    std::io::stdout().write_all(&[*byte])?;\n"
                       "    std::io::stdout().flush()?;\n    sleep(20);\n}")
        self.assertEqual(cell.text(), "ö🦀\n")

    def test_a_thread_prints_and_panics_after_its_cell(self):
        first = self.ok('std::thread::spawn(|| { sleep(700); println!("late words"); panic!("late panic"); });')
        self.kernel.pause(1.5)
        second = self.ok('println!("mine");')
        self.assertEqual((first.status, second.status), ("ok", "ok"))
        self.assertIn("late words", first.text() + second.text())
        self.assertIn("mine\n", second.text())
        self.next_cell()

    def test_output_of_a_child_arrives(self):
        script = "echo out; echo err >&2; printf EVCXR_"
        cell = self.ok(f'std::process::Command::new("sh").args(["-c", "{script}"]).status()?;')
        self.assertIn("out\n", cell.text())
        self.assertIn("EVCXR_", cell.text())
        self.assertEqual(cell.text("stderr"), "err\n")
        self.next_cell()

    @on_linux
    def test_a_flood_is_stopped_and_costs_no_memory(self):
        for code in ('loop { println!("{}", "y".repeat(1000)); }', 'loop { print!("{}", "y".repeat(1000)); }',
                     'loop { eprintln!("{}", "y".repeat(1000)); }', 'loop { println!(); }',
                     'for n in 0.. { show("show", "-", "text/html", &format!("<b>{n}</b>")); }'):
            with self.part(code):
                cell = self.kernel.send(code)
                behind = self.kernel.send('println!("ran");')
                self.kernel.wait("output", lambda: cell.of("stream", "display_data") or cell.done, within(AT_ONCE))
                self.kernel.pause(2)
                self.assertFalse(cell.done, said(cell))
                memory = most_memory(self.kernel.processes())
                pressed = self.kernel.interrupt()
                self.kernel.wait("the reply", lambda: cell.reply, 20)
                # What the kernel had sent by then still has to be read.
                self.kernel.finish(cell, behind, seconds=60)
                self.assertEqual(cell.reply.get("ename"), "Interrupted")
                self.assertLess(cell.replied - pressed, within(6))
                self.assertEqual((behind.status, behind.text()), ("aborted", ""))
                self.assertLess(max(memory, most_memory(self.kernel.processes())), 1000, "MB")
                cell.messages.clear()
                self.next_cell(kept=False)

    def test_a_reader_that_stops_reading_keeps_nobody_waiting(self):
        with zmq.Context() as context, context.socket(zmq.SUB) as stuck:
            stuck.linger, stuck.rcvhwm = 0, 1
            stuck.setsockopt(zmq.RCVBUF, 4096)
            stuck.subscribe(b"")
            stuck.connect(f"tcp://127.0.0.1:{self.kernel.client.get_connection_info()['iopub_port']}")
            self.kernel.pause(0.5)
            cell = self.ok('for _ in 0..30_000 { println!("{}", "z".repeat(999)); }', seconds=40)
            self.assertEqual(len(cell.text()), 30_000_000, "the reader that reads lost some")
            self.next_cell()


class Displays(OffPath):
    support = True

    def test_a_displays_text_stays_text(self):
        self.ok('let sly = "%s";' % BREAKOUT)
        for code in ("MimeBundle::text(sly)", "Table::new([sly]).row([sly])", "MimeBundle::text(sly).show();",
                     "Table::new(['a']).row([sly]).show();", "format!(\"{sly}\")", "vec![sly]"):
            code = code.replace("'", '"')
            with self.part(code):
                cell = self.ok(code)
                found = cell.of("display_data", "execute_result")
                self.assertEqual(len(found), 1, said(cell))
                self.assertNotIn("<b>breakout</b>", found[0].content["data"].get("text/html", ""))
                self.assertEqual(cell.text(), "")
        self.next_cell()

    def test_a_displays_words_of_the_kernel_end_no_cell(self):
        for word in ("EVCXR_PANIC_NOTIFICATION", "EVCXR_EXECUTION_COMPLETE", "EVCXR_INPUT_REQUEST:what?",
                     "CELL_MARK"):
            for code in (f'MimeBundle::text("a\\n{word}\\nb")', f'Table::new(["a\\n{word}\\n"]).row(["b"]).show();'):
                with self.part(code):
                    cell = self.ok(code, allow_stdin=True)
                    self.assertEqual(len(cell.of("display_data", "execute_result")), 1, said(cell))
                    self.assertIn(word, shown(cell))
        self.assertEqual(self.kernel.asked, [])
        self.next_cell()
