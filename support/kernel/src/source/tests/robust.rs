//! Tests with real cells, mutated cells and random tokens.

use super::super::tree::Tree;
use super::*;

/// Returns the sources of the code cells of the course's notebooks.
fn real_cells() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../notebooks");
    let mut cells = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().extension().is_none_or(|end| end != "ipynb") {
            continue;
        }
        let text = std::fs::read_to_string(entry.path()).unwrap_or_default();
        let notebook: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        for cell in notebook["cells"].as_array().into_iter().flatten() {
            if cell["cell_type"] == "code" {
                let source = &cell["source"];
                let lines =
                    source.as_array().map(|lines| lines.iter().filter_map(|line| line.as_str()).collect());
                cells.push(lines.unwrap_or_else(|| source.as_str().unwrap_or_default().to_owned()));
            }
        }
    }
    cells
}

/// Cells of the tests.
const CELLS: [&str; 12] = [
    ":dep support = { path = \"../support\" }\nuse support::prelude::*;\n!ls -la\nlet größe = 5;\ngröße",
    "/// Doc.\n#[derive(Debug, Clone)]\nstruct Ring<T: Copy> { radius: T }\nimpl<T: Copy> Ring<T> {\n    fn a(&self) -> T { self.radius } // a\n    /* b */ fn b() {}\n}\nimpl<T: Copy> Default for Ring<T> where T: Default { fn default() -> Self { todo!() } }",
    "macro_rules! layer { ($n:ident) => { struct $n; } }\nlayer!(A);\nlayer! { B }\nmod m { pub fn f() { layer!(C); } }",
    "let v = vec![1];\nif v.is_empty() { return Ok(()); }\nlet w = match v.first() { Some(x) => x, None => return Err(\"no\") };\nfn late() {}\nw",
    "use std::{fmt::{self as f, *}, io::{self, Result}};\nuse {a::b as _};\nenum Result { Won }\nlet x: Result = Result::Won;",
    "unsafe extern \"C\" { fn fork() -> i32; }\nstatic mut A: u8 = 1;\nconst _: () = ();\nextern crate rand;",
    "log = String::from(\"b\");\nlet n = todo!(\"x\");\nlet m: u8 = panic!();\nn + 1\n",
    "r#\"raw \" :dep\n:x\"#; b'a'; 'b'; '\\u{41}'; \"\\n\"; 1.0e5_f64; 0x1F; b\"x\"; c\"y\"",
    "'outer: for i in 0..9 { if i > 3 { break 'outer; } }",
    "let f = |x: f64| -> f64 { x as f64 };\nlet Some(y) = g(f) else { return; };\nasync { return 5; };",
    "#![allow(unused)]\n#[cfg(unix)]\nfn f() {}\ntype Result<T> = std::result::Result<T, String>;",
    "mod circle { pub fn circle() {} }\nuse circle::circle;\nfn circle() {}\nstatic circle2: u8 = 1;",
];

/// Runs all entry points on a cell; any result without a panic is accepted.
fn survive(cell: &str, notebook: &Notebook) {
    let _ = is_complete(cell);
    if let Ok(prepared) = notebook.prepare(cell) {
        if let Some(part) = &prepared.part {
            check_map(cell, part);
            let errors = Tree::parse(&without_front(&part.text)).errors;
            assert!(errors.is_empty(), "{errors:?}\n{cell}\n---\n{}", part.text);
        }
    } else if let Err(problem) = notebook.prepare(cell) {
        let range = problem.range.expect("a range");
        assert!(cell.get(range).is_some(), "{cell}\n{}", problem.message);
    }
}

/// Empties the lines at a text's start that evcxr takes for commands or comments.
fn without_front(text: &str) -> String {
    let mut front = true;
    let line = |line: &str| {
        front &=
            line.starts_with("//") || line.trim().is_empty() || line.trim_start_matches(' ').starts_with(':');
        if front { "\n".to_owned() } else { line.to_owned() }
    };
    text.split_inclusive('\n').map(line).collect()
}

struct Random(u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below.max(1) as u64) as usize
    }
}

#[test]
fn real_cells_are_accepted() {
    let cells = real_cells();
    let mut notebook = Notebook { support: true, ..Notebook::default() };
    for cell in &cells {
        assert_eq!(is_complete(cell), Completeness::Complete, "{cell}");
        survive(cell, &notebook);
        notebook.take(cell);
    }
}

#[test]
fn mutated_cells_do_no_harm() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let mut cells: Vec<String> = CELLS.iter().map(|cell| (*cell).to_owned()).collect();
    cells.extend(real_cells().into_iter().step_by(7));
    let mut notebook = Notebook { support: true, ..Notebook::default() };
    notebook.moved.insert("log".to_owned(), ("String".to_owned(), 1));
    for cell in &cells {
        if notebook.prepare(cell).is_ok() {
            notebook.take(cell);
        }
        let chars: Vec<char> = cell.chars().collect();
        for _ in 0..rounds() {
            let mut cut = chars.clone();
            match random.next(4) {
                0 => cut.truncate(random.next(chars.len() + 1)),
                1 => drop(cut.drain(..random.next(chars.len() + 1))),
                2 => {
                    let (from, to) = (random.next(chars.len() + 1), random.next(chars.len() + 1));
                    cut.drain(from.min(to)..from.max(to));
                }
                _ => {
                    let letters: Vec<char> = "{}()[];:!\"'#/*\\\n= ä|&<>.,?".chars().collect();
                    cut.insert(random.next(chars.len() + 1), letters[random.next(letters.len())]);
                }
            }
            survive(&cut.into_iter().collect::<String>(), &notebook);
        }
    }
}

#[test]
fn random_tokens_do_no_harm() {
    let words = [
        "let",
        "fn",
        "impl",
        "struct",
        "enum",
        "mod",
        "use",
        "macro_rules!",
        "return",
        "Ok(())",
        "Err(x)",
        "x",
        "Result",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        ";",
        ":",
        "::",
        "!",
        "!ls",
        ":dep",
        "\n",
        "=",
        "=>",
        "->",
        "|",
        "&",
        "self",
        "super",
        "crate",
        "*",
        "as",
        "_",
        "#[a]",
        "#![b]",
        "///d\n",
        "//c\n",
        "/*e*/",
        "\"s\"",
        "'l",
        "'c'",
        "1",
        "1.0",
        "for",
        "in",
        "if",
        "else",
        "match",
        "loop",
        "break",
        "async",
        "move",
        "const",
        "static",
        "pub",
        "where",
        "todo!()",
        "ä",
        "?",
        ".",
        ",",
        "<",
        ">",
        "+",
        "extern",
        "unsafe",
        "trait",
        "type",
        "r#\"",
        "dyn",
        "ref",
        "mut",
        "await",
        "union",
        "$",
    ];
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let notebook = Notebook { support: true, ..Notebook::default() };
    for _ in 0..rounds() * 60 {
        let length = 1 + random.next(14);
        let mut cell = String::new();
        for _ in 0..length {
            cell.push_str(words[random.next(words.len())]);
            if random.next(4) > 0 {
                cell.push(' ');
            }
        }
        survive(&cell, &notebook);
    }
}

fn rounds() -> usize {
    std::env::var("FUZZ_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(40)
}
