"""Output arrives while the cell runs, in order, and all of it."""

import os
import subprocess
import sys

from harness import KernelCase

CELLS = int(os.environ.get("KERNEL_TEST_CELLS", "20"))
LINES, DISPLAYS = 200, 20

MANY = """
for line in 0..%d {
    println!("line {line} of cell %d");
    if line %% %d == 0 {
        show("show", "-", "text/html", &format!("<b>{line}</b> of cell %d"));
    }
};
"""


class Live(KernelCase):
    def data(self, cell, *kinds):
        return [message.content["data"] for message in cell.of(*kinds or ["display_data"])]

    def test_the_kernel_says_that_it_is_live(self):
        self.assertEqual(self.ok('std::env::var("KERNEL_LIVE").unwrap()').result, '"1"')

    def test_displays_arrive_while_the_cell_runs(self):
        cell = self.ok('show("show", "-", "text/plain", "a"); sleep(1000); show("show", "-", "text/plain", "b");')
        first, second = cell.of("display_data")
        self.assertGreater(second.time - first.time, 0.5, "the first waited for the second")
        self.assertGreater(cell.idle - first.time, 0.5, "the first waited for the end of the cell")

    def test_plain_blocks_arrive_while_the_cell_runs(self):
        block = 'println!("EVCXR_BEGIN_CONTENT text/plain\\n{}\\nEVCXR_END_CONTENT", "%s");'
        cell = self.ok((block % "a") + 'println!("between"); sleep(1000);' + (block % "b"))
        first, second = cell.of("display_data")
        self.assertGreater(second.time - first.time, 0.5)
        self.assertEqual([first.content["data"], second.content["data"]], [{"text/plain": "a"}, {"text/plain": "b"}])

    def test_printed_lines_arrive_while_the_cell_runs(self):
        cell = self.ok('println!("a"); eprintln!("b"); sleep(1000); println!("c");')
        for text in ("a\n", "b\n"):
            first = next(m for m in cell.of("stream") if m.content["text"].startswith(text))
            self.assertGreater(cell.idle - first.time, 0.5, f"{text!r} waited for the end of the cell")

    def test_a_line_without_an_end_arrives(self):
        self.assertEqual(self.ok('println!("whole"); print!("half");').text(), "whole\nhalf")
        self.assertEqual(self.ok('print!("only half");').text(), "only half")

    def test_a_flushed_part_of_a_line_arrives_while_the_cell_runs(self):
        flush = "use std::io::Write; std::io::stdout().flush().unwrap();"
        cell = self.ok(f'print!("\\r 10 %"); {flush} sleep(1000); print!("\\r 20 %");')
        self.assertEqual(cell.text(), "\r 10 %\r 20 %")
        first = next(m for m in cell.of("stream") if "10 %" in m.content["text"])
        self.assertGreater(cell.idle - first.time, 0.5, "a progress line does not move")

    def test_text_in_any_script_arrives_whole(self):
        text = "Größe 漢字 🦀 \\u{1b}[31mred\\u{1b}[0m \\t tab"
        self.assertEqual(self.ok(f'println!("{text}");').text(), "Größe 漢字 🦀 \x1b[31mred\x1b[0m \t tab\n")

    def test_a_display_is_updated_by_its_id(self):
        cell = self.ok('show("show", "curve.1", "text/plain", "one"); show("update", "curve.1", "text/plain", "two");')
        shown, updated = cell.of("display_data", "update_display_data")
        self.assertEqual([shown.type, updated.type], ["display_data", "update_display_data"])
        self.assertEqual([m.content["transient"] for m in (shown, updated)], [{"display_id": "curve.1"}] * 2)
        self.assertEqual(updated.content["data"], {"text/plain": "two"})

    def test_a_later_cell_updates_a_display(self):
        self.ok('show("show", "later", "text/plain", "one");')
        cell = self.ok('show("update", "later", "text/plain", "two");')
        self.assertEqual(self.data(cell, "update_display_data"), [{"text/plain": "two"}])

    def test_a_cell_clears_its_output(self):
        block = 'println!("EVCXR_BEGIN_CONTENT application/x-kernel-clear 1/1 clear -\\n%s\\nEVCXR_END_CONTENT");'
        cell = self.ok('println!("old");' + block % "now" + 'println!("new");' + block % "wait" + 'println!("newer");')
        self.assertEqual([m.content["wait"] for m in cell.of("clear_output")], [False, True])
        kinds = [kind for kind, _ in cell.outputs()]
        self.assertEqual(kinds, ["stdout", "clear_output", "stdout", "clear_output", "stdout"])

    def test_figures_of_one_type_stay_all_and_in_order(self):
        cell = self.ok("""
            for n in 0..3 {
                println!("before {n}");
                show("show", "-", "image/svg+xml", &format!("<svg><!-- {n} -->\\n</svg>"));
            }
            println!("after");
        """)
        wanted = []
        for n in range(3):
            wanted += [("stdout", f"before {n}\n"), ("display_data", {"image/svg+xml": f"<svg><!-- {n} -->\n</svg>"})]
        self.assertEqual(cell.outputs(), wanted + [("stdout", "after\n")])

    def test_the_forms_of_one_figure_are_one_message(self):
        cell = self.ok("""
            print!("EVCXR_BEGIN_CONTENT text/plain 1/2 show -\\na sentence\\nEVCXR_END_CONTENT\\n\\
                    EVCXR_BEGIN_CONTENT text/html 2/2 show -\\n<b>a</b>\\n<i>page</i>\\nEVCXR_END_CONTENT\\n");
        """)
        self.assertEqual(self.data(cell), [{"text/plain": "a sentence", "text/html": "<b>a</b>\n<i>page</i>"}])

    def test_plain_forms_of_a_last_expression_are_the_result(self):
        self.ok("""
            pub struct Shown;
            impl Shown {
                pub fn evcxr_display(&self) {
                    print!("EVCXR_BEGIN_CONTENT text/plain\\nshown\\nEVCXR_END_CONTENT\\n\\
                            EVCXR_BEGIN_CONTENT text/html\\n<b>shown</b>\\nEVCXR_END_CONTENT\\n");
                }
            }
        """)
        cell = self.ok('println!("before"); Shown')
        wanted = {"text/plain": "shown", "text/html": "<b>shown</b>"}
        self.assertEqual(cell.outputs(), [("stdout", "before\n"), ("execute_result", wanted)])
        result = cell.of("execute_result")[0].content
        self.assertEqual(result["execution_count"], cell.reply["execution_count"])

    def test_threads_do_not_tear_displays(self):
        cell = self.ok("""
            let threads: Vec<_> = (0..4).map(|t| std::thread::spawn(move || for n in 0..50 {
                println!("line {t} {n}");
                show("show", "-", "text/plain", &format!("display {t} {n}"));
            })).collect();
            for thread in threads { thread.join().unwrap(); }
        """)
        for t in range(4):
            shown = [d["text/plain"] for d in self.data(cell) if d["text/plain"].startswith(f"display {t}")]
            self.assertEqual(shown, [f"display {t} {n}" for n in range(50)])
            lines = [line for line in cell.text().splitlines() if line.startswith(f"line {t}")]
            self.assertEqual(lines, [f"line {t} {n}" for n in range(50)])

    def test_a_big_display_arrives_whole(self):
        cell = self.ok('show("show", "-", "image/png", &"iVBORw0KGgo=".repeat(500_000));')
        self.assertEqual(self.data(cell), [{"image/png": "iVBORw0KGgo=" * 500_000}])

    def check_many(self):
        for number in range(CELLS):
            cell = self.ok(MANY % (LINES, number, LINES // DISPLAYS, number))
            step, wanted = LINES // DISPLAYS, []
            for start in range(0, LINES, step):
                lines = [f"line {line} of cell {number}\n" for line in range(start, start + step)]
                display = ("display_data", {"text/html": f"<b>{start}</b> of cell {number}"})
                wanted += [("stdout", lines[0]), display, ("stdout", "".join(lines[1:]))]
            self.assertEqual(joined(cell.outputs()), joined(wanted), f"cell {number} lost or reordered output")
            late = [m for m in cell.messages if m.time > cell.idle]
            self.assertEqual(late, [], f"cell {number}: output after idle")
            self.assertEqual(cell.messages[-1].type, "status")

    def test_nothing_is_lost_or_reordered(self):
        self.check_many()

    def test_nothing_is_lost_or_reordered_under_load(self):
        busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2)]
        try:
            self.check_many()
        finally:
            for process in busy:
                process.kill()
                process.wait()


def joined(outputs):
    """Neighbouring pieces of one stream as one."""
    found = []
    for kind, what in outputs:
        if found and kind == "stdout" == found[-1][0]:
            found[-1] = (kind, found[-1][1] + what)
        else:
            found.append((kind, what))
    return found
