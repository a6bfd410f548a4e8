//! Tests with cells that are compiled and run.

use super::Notebook;

/// Runs cells; returns the output of the last one.
fn last(cells: &[&str]) -> String {
    let mut notebook = Notebook::default();
    let (end, before) = cells.split_last().expect("cells");
    before.iter().for_each(|cell| drop(notebook.take(cell)));
    notebook.run(end).unwrap_or_else(|errors| panic!("{errors}"))
}

#[test]
fn an_impl_runs_again_changed_or_not() {
    let ring = "#[derive(Debug)] struct Ring { radius: f64 }\ntrait Area { fn of(&self) -> f64; }";
    let inherent = "impl Ring { fn area(&self) -> f64 { 3.0 }\n // turn\n fn turn(&self) -> f64 { 0.5 } }";
    let changed = "impl Ring { fn area(&self) -> f64 { 4.0 } }";
    let of_trait = "impl Area for Ring { fn of(&self) -> f64 { 5.0 } }";
    let show = "let r = Ring { radius: 1.0 };\n(r.area(), r.turn(), r.of())";
    assert_eq!(last(&[ring, inherent, inherent, of_trait, changed, of_trait, show]), "[(4.0, 0.5, 5.0)]\n");
}

#[test]
fn a_function_does_not_take_an_impl_along() {
    let counter = "struct Counter { n: u32 } fn step() -> u32 { 1 } \
                   impl Counter { fn up(&mut self) -> u32 { self.n += step(); self.n } }";
    assert_eq!(last(&[counter, "fn step() -> u32 { 10 }", "Counter { n: 0 }.up()"]), "[10]\n");
}

#[test]
fn a_type_that_is_defined_anew_starts_without_the_impls_of_its_cell() {
    let one = "struct Counter { n: u32 }\nimpl Counter { fn up(&self) -> u32 { self.n } }";
    let two = "struct Counter { count: u32 }\nimpl Counter { fn get(&self) -> u32 { self.count } }";
    assert_eq!(last(&[one, two, "Counter { count: 7 }.get()"]), "[7]\n");
}

#[test]
fn a_type_changes_although_a_later_cell_implements_something_for_it() {
    let (one, two) = ("struct Ring { radius: f64 }", "struct Ring { width: f64 }");
    let area = "impl Ring { fn area(&self) -> f64 { self.radius } fn turn(&self) -> f64 { 0.5 } }";
    let mut notebook = Notebook::default();
    notebook.take(one);
    notebook.take(area);
    assert_eq!(notebook.take(one).notes.len(), 0);
    assert_eq!(notebook.run("Ring { radius: 2.0 }.area()").as_deref(), Ok("[2.0]\n"));
    assert_eq!(notebook.take(two).notes.len(), 1);
    assert_eq!(notebook.run("Ring { width: 2.0 }.turn()").as_deref(), Ok("[0.5]\n"));
    notebook.take(&area.replace("radius", "width"));
    assert_eq!(notebook.run("Ring { width: 2.0 }.area()").as_deref(), Ok("[2.0]\n"));
}

#[test]
fn one_name_may_be_a_module_a_value_and_a_macro() {
    let module = "mod circle { pub fn area(r: f64) -> f64 { r * r } }";
    let value = "/// Doc.\nfn circle(r: f64) -> f64 { circle::area(r) }";
    let macro_rules = "macro_rules! circle { () => { 1.0 } }";
    let show = "circle(2.0) + circle!()";
    assert_eq!(last(&[module, value, macro_rules, show]), "[5.0]\n");
    assert_eq!(
        last(&[
            "fn circle(r: f64) -> f64 { circle::area(r) }\nmod circle { pub fn area(r: f64) -> f64 { r } }",
            "circle(2.0)"
        ]),
        "[2.0]\n"
    );
    let old = "#[inline] fn circle(r: f64) -> f64 { r } // one\n";
    assert_eq!(last(&[old, module, "circle(2.0) + circle::area(3.0)"]), "[11.0]\n");
    assert_eq!(last(&[module, value, "fn circle(r: f64) -> f64 { r + 1.0 }", "circle(2.0)"]), "[3.0]\n");
}

#[test]
fn an_import_does_not_remove_the_module_it_comes_from() {
    let cell = "mod circle { pub fn circle() -> u8 { 1 } pub fn two() -> u8 { 2 } }\nuse circle::circle;";
    assert_eq!(last(&[cell, "circle() + circle::two()"]), "[3]\n");
    assert_eq!(last(&[cell, "use circle::circle;", "circle() + circle::two()"]), "[3]\n");
}

#[test]
fn macros_work_in_any_order_and_anew() {
    let twice = "macro_rules! twice { ($x:expr) => { 2.0 * $x } }";
    let grow = "fn grow(x: f64) -> f64 { twice!(x) }\nmod m { pub fn f() -> f64 { twice!(1.0) } }";
    assert_eq!(last(&[twice, grow, "grow(3.0) + m::f()"]), "[8.0]\n");
    let thrice = "#[macro_export]\nmacro_rules! twice { ($x:expr) => { 3.0 * $x } }";
    assert_eq!(last(&[twice, grow, thrice, "grow(3.0)"]), "[9.0]\n");
    let standard = "macro_rules! vec { ($x:expr) => { $x } ($x:expr, $($y:expr),*) => { vec!($($y),*) }; }";
    let standard = &standard.replace("} (", "}; (");
    assert_eq!(last(&[standard, "vec!(1, 2)"]), "[2]\n");
    let attribute = "macro_rules! warn { ($x:expr) => { $x } }";
    assert_eq!(last(&[attribute, "warn!(6)"]), "[6]\n");
}

#[test]
fn names_that_generated_code_needs_may_be_defined() {
    let alias = "use std::io::Result;\nfn f() -> Result<u8> { Ok(1) }";
    assert_eq!(last(&[alias, "let n = \"12\".parse::<usize>()?;\nf()?; n"]), "[12]\n");
    let own = "#[derive(Debug)] enum Result { Won, Lost }";
    assert_eq!(
        last(&[own, "let r = Result::Won; let n = \"12\".parse::<usize>()?;\n(r, n)"]),
        "[(Won, 12)]\n"
    );
    let boxed = "type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;\n\
                 fn f() -> Result<u8> { Ok(\"1\".parse()?) }";
    assert_eq!(last(&[boxed, "f()?"]), "[1]\n");
    let format = "use std::fmt::{self, Display, Formatter, Result};\nstruct A;\n\
                  impl Display for A { fn fmt(&self, f: &mut Formatter) -> Result { write!(f, \"a\") } }";
    assert_eq!(last(&[format, format, "A.to_string()"]), "[\"a\"]\n");
    let variants = "#[derive(Debug)] enum Answer { Ok, No }\nuse Answer::*;";
    assert!(!last(&[variants, "No"]).is_empty());
    let taught = "#[derive(Debug)] enum Result<T, E> { Ok(T), Err(E) }\nuse Result::*;";
    let show = "let r: Result<u8, u8> = Ok(1); let n = \"2\".parse::<u8>()?;\n(r, n)";
    assert_eq!(last(&[taught, taught, show]), "[(Ok(1), 2)]\n");
    let globs = "use std::io::*;\nfn f() -> Result<u8> { std::result::Result::Ok(1) }";
    assert_eq!(last(&[globs, globs, "f()? + \"2\".parse::<u8>()?"]), "[3]\n");
    let named = "#[derive(Debug)] enum Answer { Ok, No }\nuse Answer::{Ok, No};";
    assert_eq!(last(&[named, named, "(Ok, No, \"1\".parse::<u8>()?)"]), "[(Ok, No, 1)]\n");
}

#[test]
fn all_forms_of_use_work() {
    let cell = "use std::fmt::{self as f, Write as _};\nuse {std::fs, std::io as input};\nuse self::{shapes::Ring};\n\
                mod shapes { pub use std::collections::BTreeMap as Ring; }\nuse ::std::env;\nuse std::{{mem}, ops::{self}};";
    let show = "let mut s = String::new(); write!(s, \"x\")?; \
                let _: Option<(f::Error, fs::File, input::Error, Ring<u8, u8>)> = None; \
                let _ = (env::args(), mem::size_of::<ops::Range<u8>>()); s";
    assert_eq!(last(&[cell, cell, show]), "[\"x\"]\n");
}

#[test]
fn a_cell_may_end_early() {
    for leave in ["return;", "return", "return Ok(());", "return ();"] {
        let cell = format!("let v = vec![1, 2];\nif v.len() > 1 {{ {leave} }}\nprintln!(\"not here\");");
        let mut notebook = Notebook::default();
        let prepared = notebook.take(&cell);
        let part = prepared.part.unwrap();
        assert_eq!(part.map.line_of_text(2), Some(2));
        let mut one = Notebook::default();
        one.evcxr.take(&part.text);
        for question in [false, true] {
            assert_eq!(one.evcxr.run(question).as_deref(), Ok(""), "{leave}");
        }
    }
    for leave in ["return Err(\"bad\");", "return Err(\"bad\".into());", "return Err(std::fmt::Error);"] {
        let cell = format!("if true {{ {leave} }}\nprintln!(\"not here\");");
        assert_eq!(last(&[&cell]), "EVCXR_ERROR_OCCURRED\n", "{leave}");
        // evcxr learns from this error that the cell needs a `Result`.
        let mut notebook = Notebook::default();
        notebook.take(&cell);
        assert!(notebook.evcxr.run(false).is_err_and(|errors| errors.contains("E0277")), "{leave}");
    }
}

#[test]
fn lines_for_the_shell_run() {
    assert_eq!(last(&["let a = 1;\n!echo \"hi ${HOME:+you} \\\" {}\"\na"]), "hi you \" {}\n[1]\n");
    assert_eq!(last(&["print!(\"a\");\n!exit 3\nprintln!(\"not here\");"]), "aPANIC\n");
    assert_eq!(last(&["fn f() -> u8 { 1 }\n!echo b\nf()"]), "b\n[1]\n");
    assert_eq!(last(&["1 + 1\n!echo b"]), "b\n");
}

#[test]
fn what_never_ends_panics() {
    for cell in [
        "let network = todo!(\"write it\");\nlet n = network;\nprintln!(\"not here\");",
        "let network: Vec<u8> = todo!(\"write it\");\nprintln!(\"{}\", network.len());",
        "panic!(\"a\");\nlet n = 1;",
        "let n = 1;\nunreachable!()",
    ] {
        assert_eq!(last(&[cell]), "PANIC\n", "{cell}");
    }
}

#[test]
fn unnamed_items_may_run_again() {
    let cell = "use std::fmt::Write as _;\nuse std::collections::*;\nconst _: () = assert!(1 < 2);\n\
                unsafe extern \"C\" { fn getpid() -> i32; }";
    let show = "let mut s = String::new(); write!(s, \"{}\", unsafe { getpid() } > 0)?; s";
    assert_eq!(last(&[cell, cell, show]), "[\"true\"]\n");
}

#[test]
fn generic_impls_live_side_by_side() {
    let cell = "struct W<T>(T);\nimpl<T: Copy> W<T> { fn get(&self) -> T { self.0 } }\nimpl W<u8> { fn one(&self) -> u8 { 1 } }\n\
                impl W<u16> { fn one(&self) -> u8 { 2 } }";
    let again = "impl<U: Copy> W<U> { fn get(&self) -> U { self.0 } }";
    assert_eq!(last(&[cell, again, "(W(5u8).get(), W(5u8).one(), W(5u16).one())"]), "[(5, 1, 2)]\n");
    let both = "struct S;\nuse std::fmt; impl fmt::Display for S { fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result { write!(f, \"s\") } }\n\
                impl std::fmt::Write for S { fn write_str(&mut self, _: &str) -> fmt::Result { Ok(()) } }\n\
                impl std::io::Write for S { fn write(&mut self, b: &[u8]) -> std::io::Result<usize> { Ok(b.len()) } \
                fn flush(&mut self) -> std::io::Result<()> { Ok(()) } }";
    assert_eq!(last(&[both, both, "S.to_string()"]), "[\"s\"]\n");
}
