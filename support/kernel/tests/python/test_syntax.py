"""What is Rust is run as Rust, what is unfinished is said to be, and messages speak of the cell."""

import re

from harness import SUPPORT, KernelCase, without_colours
from off_path import AT_ONCE, OffPath, said, shown

DATA = """
let circles = make_circles(1000).noise(0.03).random_state(42).build()?;
let data = train_test_split(&circles, 0.2, 42)?;
"""


class Syntax(OffPath):
    def test_a_cell_may_begin_with_any_sign_of_rust(self):
        self.ok("let ready = false; let list = vec![1, 2]; let some = Some(3);")
        for code, value in {
            "!ready": "true", "!ready && true": "true", "!list.is_empty()": "true", "  !ready": "true",
            "let a = 1;\n!ready": "true", "-5 + 3": "-2", "*&5": "5", "&5": "5", "(1, 2)": "(1, 2)", "[1, 2]": "[1, 2]",
            "{ 1 + 1 }": "2", "::std::mem::size_of::<u8>()": "1", "'a: loop { break 'a 5 }": "5", '"text".len()': "4",
            'r"raw"': '"raw"', "b'x'": "120", "// first\n1": "1", "/* :quit\n!ls */ 6 * 7": "42", "\t6 * 7": "42",
            "unsafe { 1 }": "1", "if ready { 1 } else { 2 }": "2",
            "match some { Some(n) => n, None => 0 }": "3", "let crlf = 1;\r\ncrlf + 1": "2",
            "#[allow(unused)]\nlet odd = 3;\n4": "4", "<i32>::MAX": "2147483647", "..5": "..5",
        }.items():
            with self.part(code):
                self.shows(code, value)
        self.next_cell()

    def test_text_that_looks_like_a_command_stays_text(self):
        for line in (':dep support = { path = "../support" }', ":quit", ":opt 7", "!ls", "// no comment", "  :help",
                     "/// a"):
            with self.part(line):
                self.assertEqual(self.ok(f'let text = r#"\n{line}\n"#;\nprint!("{{text}}");').text(), f"\n{line}\n")
                if '"' not in line:
                    self.assertEqual(self.ok(f'print!("a\n{line}\nb");').text(), f"a\n{line}\nb")
                self.ok(f"/*\n{line}\n*/\nlet after = 1;")
                self.next_cell()

    def test_nothing_is_shown_where_there_is_no_value(self):
        for code in ('for i in 0..2 { println!("{i}"); }', 'if true { println!("b"); }', 'println!("b")',
                     "while false {}", "loop { break; }", "{ }", "()", "drop(1)",
                     "match 1 { 1 => print!(\"x\"), _ => {} }", "let unit = ();\nunit",
                     "if false { print!(\"a\") } else { print!(\"b\") }", "vec![1].clear()", "assert!(true)",
                     "unsafe { }", "6 * 7;"):
            with self.part(code):
                self.assertEqual(self.ok(code).of("execute_result", "display_data"), [])
        self.next_cell()

    def test_unfinished_code_is_shown_where_it_is_unfinished(self):
        for code in ("let a = std::", "let a = 1;\n1 +", "match 1 {", "for i in 0..3 {",
                     'let total = 1;\nprintln!("{total}"', "fn f( {", "fn f() {\n    let a = (1;\n}",
                     "let v = vec![1, 2;", 'let s = "open', "let s = r#\"open", "/* open", "let x: Vec<",
                     "struct Half {", "#[derive(Debug)]", "impl Half for", "let x =", "let f = |x: f64|",
                     "if true { 1 }\nelse", "1 as", "earlier.", "earlier.iter().map(|x| {", "use std::", "'",
                     "let c = 'ab"):
            with self.part(code):
                cell = self.fails(code, "CompileError")
                self.assertTrue(cell.reply["evalue"].strip(), said(cell))
                self.assertIn(code.split("\n")[-1].strip(), cell.traceback, "the place is not shown")
                self.next_cell()

    def test_what_is_no_rust_is_a_compile_error(self):
        for code in ("}", "let", ")", "]", "fn", "struct", "1 1", "@", "let = 1;", "{ ) }", "else { 1 }",
                     "let x y = 1;", "#", "=> 1", "fn f() }", "};", "} fn g() {", "}\nlet a = 1;\n{", "1; } 2; {"):
            with self.part(code):
                self.fails(code, "CompileError")
                self.next_cell()

    def test_an_error_is_underlined_in_any_script(self):
        for code, wrong in (('let größe: i32 = "zehn";', '"zehn"'),
                            ('let straße = 1; let maß: i32 = "zehn";', '"zehn"'),
                            ('let a = 1;\n    let übung: f64 = "null";', '"null"'),
                            ('let s = "🦀"; let n: i32 = "zehn";', '"zehn"'),
                            ('let s = "漢字"; undefined_thing(s)', "undefined_thing")):
            with self.part(code):
                cell = self.fails(code, "CompileError")
                lines = without_colours("\n".join(cell.reply["traceback"])).splitlines()
                at = next((n for n, line in enumerate(lines) if code.split("\n")[-1].strip() in line), None)
                self.assertIsNotNone(at, f"the line is not shown: {said(cell)}")
                column = lines[at].index(wrong)
                # Some letters are two columns wide on a screen: either way of counting will do.
                columns = {column, column + sum(ord(letter) > 0x2e80 for letter in lines[at][:column])}
                below = [mark for line in lines[at + 1:at + 3] for mark in marks(line)]
                self.assertTrue(set(below) & columns, f"the mark is at {below}, not at {columns}: {said(cell)}")
                if "i32" in code or "f64" in code:
                    self.says(cell, "E0308")

    def test_lints_are_no_errors_and_stand_above_none(self):
        for code in ("macro_rules! unused_one { () => { 1 } }", "fn never_called() -> i32 { let lonely = 1; 2 }",
                     "{ let lonely = 1; }", "struct NeverBuilt { field: i32 }", "use std::rc::Weak as NeverUsed;",
                     "const never_read: i32 = 1;", "let mut never_changed = 1;", "#[deprecated] fn old() {}\nold();",
                     "loop { break; }; return Ok(());", "fn SHOUT() {}"):
            with self.part(code):
                self.assertEqual(self.ok(code).errors, [])
                cell = self.fails("undefined_thing(1)", "CompileError")
                self.assertRegex(cell.reply["evalue"], "undefined_thing")
                cell = self.fails("{ let lonely = 1; undefined_thing(lonely + 1) }", "CompileError")
                self.assertRegex(cell.reply["evalue"], "undefined_thing")
        self.next_cell()

    def test_a_variable_that_borrows_from_another_is_told_how_to_own(self):
        self.ok('let text = String::from("abc"); let list = vec![String::from("a")];')
        own = r"to_owned|to_string|clone|to_vec|collect"
        for code, name, source in (("let part = &text[..1];", "part", "text"),
                                   ("let slice = &list[..];", "slice", "list"),
                                   ("let letters = text.chars();", "letters", "text"),
                                   ("let whole = &list;", "whole", "list"),
                                   ("let a = 1;\nlet first = list.first();", "first", "list"),
                                   ("let fresh = vec![1];\nlet view = fresh.as_slice();", "view", "fresh"),
                                   ("let (left, right) = text.split_at(1);", "left|right", "text")):
            with self.part(code):
                cell = self.fails(code, "CompileError", rf"\b(?:{name})\b", rf"\b{source}\b", own)
                self.assertIn(code.split("\n")[-1], cell.traceback)
                self.next_cell()
        self.shows("{ let part = &text[..1]; part.len() }", "1")
        self.shows("let leaked: &'static str = Box::leak(String::from(\"kept\").into_boxed_str());\nleaked", '"kept"')

    def test_a_closure_in_a_variable_is_told_which_type_to_write(self):
        self.ok("let rate = 0.1;")
        for code, name, kind in (("let step = |w: f64, g: f64| w - 0.1 * g;", "step",
                                  r"fn\(f64, f64\) -> f64|dyn Fn\(f64, f64\) -> f64"),
                                 ("let a = 1;\nlet shift = move |w: f64| w - rate;", "shift", r"dyn Fn|\bfn\("),
                                 ("fn adder(n: i32) -> impl Fn(i32) -> i32 { move |m| n + m }\nlet add = adder(1);",
                                  "add", "dyn Fn|Box")):
            with self.part(code):
                cell = self.run_cell(code)
                if cell.status != "ok":  # it would be as good to keep it
                    self.error(cell, "CompileError")
                    self.says(cell, rf"\b{name}\b", kind)
                    self.no_insides(cell)
                    self.assertNotIn("Box<dyn Debug>", shown(cell))
                    self.assertIn(code.split("\n")[-1], cell.traceback)
                self.next_cell()
        self.shows("let down: fn(f64, f64) -> f64 = |w, g| w - 0.5 * g;\ndown(1.0, 1.0)", "0.5")
        self.shows("let up: Box<dyn Fn(f64) -> f64> = Box::new(move |w| w + rate);\nup(1.0)", "1.1")
        self.shows("fn half(x: f64) -> f64 { x / 2.0 }\nlet halve = half;\nhalve(3.0)", "1.5")

    def test_await_works_or_is_said_to_need_tokio(self):
        cell = self.run_cell("let answer = async { 6 * 7 }.await;", 60)
        if cell.status == "ok":
            self.shows("answer", "42")
        else:
            self.says(cell, "tokio")
            self.no_insides(cell)
            self.assertNotRegex(cell.reply["evalue"], "Updating")
        self.next_cell()

    def test_a_value_that_cannot_be_shown_says_what_is_missing(self):
        self.fails("struct Silent;\nSilent", "CompileError", "Silent", "Debug")
        self.fails("struct Mute { x: i32 }\nlet mute = Mute { x: 1 };\nmute", "CompileError", "Mute|mute", "Debug")
        self.next_cell()

    def test_documentation_is_found_by_inspection(self):
        for code, name, words in (("/// How fast it learns.\nfn rate_of() -> f64 { 0.1 }", "rate_of",
                                   "How fast it learns."),
                                  ("\n\n/// A place.\n#[derive(Debug)]\nstruct Place { x: i32 }", "Place", "A place."),
                                  ("/** In\nlines. */\nconst MOST: i32 = 5;", "MOST", "lines.")):
            with self.part(name):
                self.ok(code)
                request = {"code": name, "cursor_pos": 2, "detail_level": 0}
                reply = self.kernel.ask("shell", "inspect_request", request, 60).content
                text = without_colours("\n".join(reply.get("data", {}).values()))
                self.assertIn(words, text, f"{reply}")
                self.assertNotRegex(text, r"\bctx\b|evcxr|src/lib")


class WithTheCrate(OffPath):
    support = True

    def test_a_command_stands_below_comments_and_blank_lines(self):
        for head in ("// The crate:\n", "    // The crate:\n", "\n\n", "  \n\t\n", "/* The\ncrate */\n",
                     "//\n\n  // again\n", "  "):
            with self.part(head):
                self.ok(head + SUPPORT[0] + "\n", seconds=2 * AT_ONCE)
                self.ok(head + "\n".join(SUPPORT) + "\nlet rows = 1;", seconds=2 * AT_ONCE)
                self.next_cell()

    def test_a_view_of_data_is_told_how_to_own(self):
        self.ok(DATA)
        cell = self.fails("let first = circles.x.column(0);", "CompileError", r"\bfirst\b", "circles",
                          r"\.to_owned\(\)")
        self.assertIn("let first = circles.x.column(0);", cell.traceback)
        self.shows("let second = circles.x.column(0).to_owned();\nsecond.len()", "1000")
        self.next_cell()

    def test_nothing_is_shown_where_there_is_no_value(self):
        for code in ('for i in 0..2 { println!("{i}"); }', 'println!("b")', "()", "tch::manual_seed(42)",
                     "if true { print!(\"a\") }"):
            with self.part(code):
                self.assertEqual(self.ok(code).of("execute_result", "display_data"), [])


class Complete(KernelCase):
    def judged(self, status, codes):
        for code in codes:
            with self.subTest(code):
                reply = self.kernel.ask("shell", "is_complete_request", {"code": code}).content
                self.assertEqual(reply["status"], status)

    def test_complete(self):
        self.judged("complete", [
            "let x = 1; // first,", "1 + 1 // see a.", "2. * 3.", "assert!(\n    !false);", 'let s = "a\n:b";', "!ls",
            "1 // {", '"a // b"', "'\"'", "b'{'", "let x = 5.;", "2.", "x?", "vec![1, 2,]", "0..", "return", "break",
            "!x", "-1", "&x", 'r"\\"', "", "// only", "/* a */", "match 1 { _ => {} }", "if a { 1 } else { 2 }",
            "x as u8", "let f = |x: f64| x;", "use std::io;", "struct X;", "if a { 1 }",
            "let v: Vec<Vec<i32>> = vec![];", "a >> b", "let c = '\\'';", "1; /* + */", "1 /* { */", 'let s = "x +";',
            ':dep a = "1"', "// a\n:dep a = \"1\"", "#[derive(Debug)]\nstruct X;", "impl X {}", "let x: &mut i32 = y;",
            "fn f() -> i32 { 1 }", "r#\"closed\"#", "x.0", "let f = || 1;", "a || b",
        ])

    def test_incomplete(self):
        self.judged("incomplete", [
            "#[derive(Debug)]", "impl X for Y", "let x: &mut", 'r#"open', "let f = |x: f64|", "if a { 1 }\nelse",
            "x as", "let x =", "1 +", "a &&", "a ||", "let", "let x:", "impl X", "struct X", "enum X", "trait X",
            "fn f()", "fn f() -> i32", "for i in 0..3", "while x", "if a", "match x", "loop", "let x: Vec<", "x.",
            "std::", "pub", "unsafe", "#[derive(Debug)]\n#[allow(unused)]", 'b"open', "macro_rules! m", "assert!(",
            "fn f<T>(x: T) ->", "use std::", "let Some(x) = y else", '"a\\', "let f = ||", "x =", "return x +",
            "a >>", "!", "-", "&", "1 + // more", "let x = /* more */", "/* /* nested */", "fn f() {\n    // }",
            "mod m", "x +=",
        ])

    def test_invalid(self):
        self.judged("invalid", ["fn f() }", "]", "let x = 1);", "(]", "}", "{ ) }", "f(]"])


def marks(line):
    """Where each underline begins: a frame has one per label."""
    return [found.start() for found in re.finditer(r"[─┬^]+", line) if not line.strip().startswith("╭")]
