//! Tests of single cells.

use super::*;

#[test]
fn commands_go_to_the_front() {
    assert_eq!(text(":dep a = \"1\"\nlet b = 1;"), ":dep a = \"1\"\nlet b = 1;");
    assert_eq!(text("    // note\n:dep a = \"1\"\nlet b = 1;"), "           \n:dep a = \"1\"\nlet b = 1;");
    assert_eq!(text("/* a\n b */\n:dep a = \"1\"\nlet b = 1;"), "    \n     \n:dep a = \"1\"\nlet b = 1;");
    assert_eq!(text("// a\n  :vars"), "// a\n:vars");
    let moved = text("use std::fmt;\n:dep a = \"1\" // note\nlet b = 1;");
    assert_eq!(moved, ":dep a = \"1\"\nuse std::fmt;\n                    \nlet b = 1;");
    let prepared = Notebook::default().take("use std::fmt;\n:dep a = \"1\"\nx");
    assert_eq!(prepared.part.as_ref().unwrap().map.line_of_text(4), Some(3));
    assert_eq!(prepared.part.as_ref().unwrap().map.line_of_text(1), Some(2));
    assert!(prepared.loads.dependencies && !prepared.loads.support);
}

#[test]
fn strings_that_look_like_commands_stay() {
    let cell = "println!(r#\"\n:dep support = { path = \"../support\" }\n\"#);";
    assert_eq!(text(cell), cell);
}

#[test]
fn documentation_of_the_first_item_stays() {
    assert_eq!(text("/// Rate.\nfn rate() {}"), " /// Rate.\nfn rate() {}");
    assert_eq!(text("// Note.\nfn rate() {}"), "// Note.\nfn rate() {}");
}

#[test]
fn wrong_commands_are_refused_in_words() {
    assert_eq!(problem(":deps a").name, "UnknownCommand");
    assert_eq!(problem("let a = 1;\n:quit").name, "CommandError");
    assert_eq!(problem(":opt 7").range, Some(0..6));
    assert_eq!(problem(":toolchain nightly").name, "CommandError");
}

#[test]
fn a_line_with_a_negation_is_rust() {
    let mut notebook = Notebook::default();
    notebook.variables.insert("ready".to_owned(), "bool".to_owned());
    assert!(notebook.take("!ready").part.unwrap().text.contains("(!ready)"));
    notebook.support = true;
    assert_eq!(notebook.take("!ready").part.unwrap().text, "support::show_value!(!ready)");
}

#[test]
fn comments_alone_are_no_part() {
    for cell in ["", "// a\n", "/* a */", "\n\n"] {
        assert!(Notebook::default().take(cell).part.is_none());
    }
    assert!(Notebook::default().take(":vars").part.is_some());
}

#[test]
fn the_last_expression_is_wrapped() {
    let shown = |cell: &str| {
        let mut notebook = Notebook { support: true, ..Notebook::default() };
        notebook.take(cell).part.unwrap().text
    };
    assert_eq!(shown("1 // one"), "support::show_value!(1) // one");
    assert_eq!(shown("let a = 1;\na\n"), "let a = 1;\nsupport::show_value!(a)\n");
    assert_eq!(shown("let a = 1;"), "let a = 1;");
    assert!(text("let a = 1;\na").starts_with("let a = 1;\nmatch &(a) { value =>"));
    for unit in [
        "for i in 0..2 { f(i) }",
        "while a { }",
        "loop { break; }",
        "if a { 1; }",
        "if a { b = 1 } else { println!() }",
        "a = 1",
        "a += 1",
        "println!(\"b\")",
        "assert_eq!(a, b)",
        "match a { 1 => println!(), _ => {} }",
        "{ a; }",
        "unsafe { a = 1 }",
    ] {
        assert_eq!(shown(unit), format!("{unit};"));
        assert_eq!(text(unit), format!("{unit};"));
    }
    for value in
        ["if a { 1 } else { 2 }", "loop { break 5; }", "match a { _ => 1 }", "{ 1 }", "dbg!(1)", "async { }"]
    {
        assert_eq!(shown(value), format!("support::show_value!({value})"));
    }
}

#[test]
fn a_moved_variable_is_declared_anew() {
    let mut notebook = Notebook::default();
    notebook.moved.insert("log".to_owned(), ("String".to_owned(), 3));
    let shown = |notebook: &mut Notebook, cell: &str| notebook.take(cell).part.unwrap().text;
    assert_eq!(shown(&mut notebook, "log = f();\nlog = g();"), "let mut log: String = f();\nlog = g();");
    assert_eq!(shown(&mut notebook, "let log = 1;\nlog = g();"), "let log = 1;\nlog = g();");
    assert_eq!(shown(&mut notebook, "log += 1;"), "log += 1;");
    notebook.variables.insert("log".to_owned(), "String".to_owned());
    assert_eq!(shown(&mut notebook, "log = f();"), "log = f();");
}

#[test]
fn a_value_cannot_be_returned() {
    let problem = problem("let a = 1;\nreturn 5;");
    assert_eq!((problem.name, problem.range), ("CompileError", Some(11..19)));
    text("fn f() -> u8 { return 5; }\nlet g = || return 5;\nlet h = async { return 5 };");
}

#[test]
fn a_return_keeps_what_was_made_before() {
    let cell = "let a = 1;\nif a > f() { return; }\nfn f() -> u8 { 1 }\nlet b = 2; struct X;\nb";
    let part = Notebook::default().take(cell).part.unwrap();
    assert!(part.text.contains("{ /*evcxr_keep a*/ trait Leave"), "{}", part.text);
    assert_eq!(part.map.line_of_text(5), Some(5));
}

#[test]
fn statics_and_macros_that_make_items_get_a_note() {
    let mut notebook = Notebook::default();
    assert_eq!(notebook.take("static N: u8 = 1;\nfn f() {}").notes.len(), 1);
    assert_eq!(notebook.take("N + 1").notes.len(), 0);
    let layer = "macro_rules! layer { ($n:ident) => { #[derive(Debug)] struct $n { w: i64 } } }";
    assert_eq!(notebook.take(layer).notes.len(), 0);
    assert_eq!(notebook.take("layer!(Hidden);").notes.len(), 1);
    assert_eq!(notebook.take("macro_rules! f { () => { { fn a() {} a() } } }\nf!();").notes.len(), 0);
    assert_eq!(notebook.take("thread_local! { static A: u8 = 1; }").notes.len(), 1);
    assert_eq!(notebook.take("let x = vec![1];").notes.len(), 0);
}

#[test]
fn one_name_twice_in_a_cell_is_refused() {
    let problem = problem("fn step() {}\nstruct A;\nfn step() {}");
    assert_eq!(problem.range, Some(26..30));
    assert!(problem.message.contains("`step`"));
    text("mod a {}\nfn a() {}");
    text("#[cfg(unix)] fn a() {}\n#[cfg(not(unix))] fn a() {}");
}

#[test]
fn clearing_forgets_the_session() {
    let mut notebook = Notebook::default();
    notebook.take("fn f() {}");
    assert!(notebook.session.item_names().any(|name| name == "f"));
    notebook.take(":clear\nfn g() {}");
    assert_eq!(notebook.session.item_names().collect::<Vec<_>>(), ["g"]);
}

#[test]
fn support_is_found_by_its_name() {
    assert!(Notebook::default().take("use support::prelude::*;").loads.support);
    assert!(!Notebook::default().take("// support\nlet a = \"support\";").loads.support);
    assert!(Notebook::default().take("extern crate rand;").loads.dependencies);
}
