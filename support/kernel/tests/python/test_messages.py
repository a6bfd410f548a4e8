"""Errors in words for learners: what is wrong in the cell's own names, and what to write."""

import re
import unittest
from pathlib import Path

from harness import KernelCase

# Words of evcxr's machinery and of this machine, which no message holds.
FOREIGN = r"evcxr|Evcxr|run_user_code|persist|src/lib\.rs|\bctx\b|/rustc/|\.cargo/|stack backtrace|RUST_BACKTRACE"
FOREIGN += "|" + re.escape(f"{Path.home()}/")

# Cells to run first, the cell that fails, its message, texts in its report.
CASES = [
    ([], "undefined_thing(1)", "cannot find function `undefined_thing` in this scope", ["[E0425]"]),
    (["macro_rules! unused { ($x:expr) => { $x } }"], "undefined_too(1)",
     "cannot find function `undefined_too` in this scope", []),
    ([], 'let größe: i32 = "zehn";', "mismatched types", ["[E0308]", "expected `i32`, found `&str`"]),
    ([], "let n: f64 = 3;", "mismatched types", ["write: let n: f64 = 3.0;"]),
    ([], 'let v = vec![1];\nlet w = v;\nprintln!("{v:?}");', "`v` is used on line 3 after line 2 moved it", ["`&v`", "`v.clone()`"]),
    (["let hidden = 10;"], "fn width() -> i32 { hidden }",
     "`width` cannot see `hidden`: functions do not see the notebook's variables", ["write: fn width(hidden: i32) -> i32"]),
    (["let hidden = 10;"], "const WIDTH: i32 = hidden;",
     "`WIDTH` cannot see `hidden`: constants do not see the notebook's variables", []),
    (["let texts = vec![String::new()];"], "let first = texts.iter().max();",
     "`first` borrows from `texts`, and a borrow cannot be kept for the next cell",
     ["write: let first = texts.iter().max().cloned();"]),
    ([], 'let s = String::from("a").as_str();', '`s` borrows from `String::from("a")`, a value that is gone at the end of its line',
     ['write: let s = String::from("a").as_str().to_owned();']),
    ([], "let step = |w: f64, g: f64| w - 0.1 * g;",
     "`step` is a closure: to keep it for the next cell, it needs its type written down",
     ["write: let step: fn(f64, f64) -> f64 = |w: f64, g: f64| w - 0.1 * g;"]),
    (["let lr = 0.1;"], "let step = |w: f64| w * lr;",
     "`step` is a closure: to keep it for the next cell, it needs its type written down",
     ["write: let step: Box<dyn Fn(f64) -> f64> = Box::new(move |w: f64| w * lr);"]),
    ([], "let evens = (0..10).filter(|n| n % 2 == 0);",
     "`evens` is an iterator whose type has no name: it cannot be kept for the next cell",
     ["write: let evens: Vec<_> = (0..10).filter(|n| n % 2 == 0).collect();"]),
    (["struct Badge(&'static str);"], 'Badge("new")',
     "`Badge` cannot be shown: add `#[derive(Debug)]` to it, or end the line with `;`", []),
    ([], "let word: Option<i32> = None;\nlet m = word?;", "`?` needs a `Result` here, and this is an `Option`",
     ['write: let m = word.ok_or("there is none")?;']),
    (["let items = vec![1];"], "items.push(2);", "`items` cannot be changed: it was made without `mut`",
     ["write: let mut items = items;"]),
    (["fn two(a: i32, b: i32) -> i32 { a + b }"], "two(1)",
     "this function takes 2 arguments but 1 argument was supplied", ["takes 2 arguments but 1 argument"]),
    (["struct Point { x: f64 }\nfn get(p: &Point) -> f64 { p.x }"], "struct Point { y: f64 }",
     "no field `x` on type `&Point`", ["in an earlier cell: in `fn get`, fn get(p: &Point) -> f64 { p.x }"]),
    ([], ":dep nothing = { path = \"../nowhere\" }", "`nothing` cannot be loaded: there is no crate at `../nowhere`", []),
]


class Messages(KernelCase):
    def fails(self, code, name="CompileError"):
        cell = self.error(self.kernel.run(code), name)
        self.assertNotRegex(cell.traceback + cell.reply["evalue"], FOREIGN)
        return cell

    def test_each_family_has_its_words(self):
        for before, code, value, parts in CASES:
            with self.subTest(code=code):
                for earlier in before:
                    self.ok(earlier)
                cell = self.fails(code)
                self.assertEqual(cell.reply["evalue"], value)
                for part in parts:
                    self.assertIn(part, cell.traceback)

    def test_a_moved_variable_names_the_cells(self):
        made = self.ok("let logits = vec![1.0];").reply["execution_count"]
        taken = self.ok("let formula = logits;").reply["execution_count"]
        cell = self.fails("logits.len()")
        self.assertEqual(cell.reply["evalue"], f"`logits` is no longer there: cell {taken} moved it")
        self.assertIn(f"Run cell {made} again", cell.traceback)
        self.assertIn("`logits.clone()`", cell.traceback)

    def test_after_a_crash_the_cells_to_run_are_named(self):
        made = self.ok("let gone = 1; let gone_too = 2;").reply["execution_count"]
        cell = self.fails("std::process::exit(3);", "Crash")
        self.assertEqual(cell.reply["evalue"], "the cell ended its process with `exit(3)`")
        self.assertIn(f"`gone`, `gone_too` (cell {made})", cell.traceback)

    def test_a_function_without_end_overflows_the_stack(self):
        self.ok("fn depth(n: u64) -> u64 { 1 + depth(std::hint::black_box(n + 1)) }")
        cell = self.fails("depth(0)", "Crash")
        self.assertEqual(cell.reply["evalue"], "the stack overflowed (a function that calls itself without end?)")

    def test_a_boxed_error_is_called_an_error(self):
        self.fails('let e: Result<i32, Box<dyn std::error::Error>> = Err("no".into());\nlet n = e?;', "Error")

    def test_what_a_report_says_to_write_works(self):
        for code in (
            "let step: fn(f64, f64) -> f64 = |w: f64, g: f64| w - 0.1 * g;",
            "let half: fn(_) -> _ = |x: f64| x / 2.0;",
            "let boxed: Box<dyn Fn(i32) -> i32> = Box::new(|x: i32| x + 1);",
            "let list: Vec<fn(i32) -> i32> = vec![|x: i32| x];",
            "let evens: Vec<_> = (0..10).filter(|n| n % 2 == 0).collect();",
        ):
            self.ok(code)
        self.assertEqual(self.ok("step(1.0, 0.0) + half(4.0)").result, "3.0")


if __name__ == "__main__":
    unittest.main()
