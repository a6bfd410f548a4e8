//! A model of evcxr 0.22: how it finds commands, splits statements, keeps items by name, and generates a crate. Tests
//! compile and run that crate.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use ra_ap_syntax::ast::{self, AstNode, HasName};

use super::super::tree::{Tree, place};

/// The state that evcxr keeps between cells.
#[derive(Clone, Default)]
pub struct Evcxr {
    pub items: BTreeMap<String, String>,
    pub unnamed: Vec<String>,
    pub commands: Vec<String>,
    /// Statements of the last text.
    pub body: String,
    /// True if items are written in reverse order; evcxr's order is arbitrary.
    pub reverse: bool,
}

impl Evcxr {
    /// Handles a text as evcxr handles a cell.
    pub fn take(&mut self, text: &str) {
        let mut start = 0;
        self.body.clear();
        for line in text.split_inclusive('\n') {
            let trimmed = line.trim_start_matches(' ');
            if line.starts_with('!') || trimmed.starts_with(':') {
                self.commands.push(trimmed.trim_end().to_owned());
            } else if !line.starts_with("//") && !line.trim().is_empty() {
                break;
            }
            start += line.len();
        }
        let code = &text[start..];
        let statements = Tree::parse(code).statements();
        let mut previous: Option<String> = None;
        for (index, node) in statements.iter().enumerate() {
            let from = if index == 0 { 0 } else { place(node).start };
            let to = statements.get(index + 1).map_or(code.len(), |next| place(next).start);
            let segment = format!("{}\n", code[from..to].trim_end());
            let last = index + 1 == statements.len();
            match ast::Item::cast(node.clone()) {
                Some(ast::Item::Use(item)) => self.import(&item),
                Some(item) => match (name(&item), &previous) {
                    (Some(name), _) => {
                        self.items.insert(name.clone(), segment);
                        if !matches!(item, ast::Item::MacroRules(_)) {
                            previous = Some(name);
                        }
                    }
                    (None, Some(previous)) => {
                        self.items.entry(previous.clone()).or_default().push_str(&segment)
                    }
                    (None, None) => self.unnamed.push(segment),
                },
                None if last && ast::Expr::can_cast(node.kind()) => {
                    self.body.push_str(&format!("(\n{segment}).evcxr_display();\n"))
                }
                None => self.body.push_str(&segment),
            }
        }
    }

    /// Handles an import as `use_trees.rs` of evcxr does.
    fn import(&mut self, item: &ast::Use) {
        fn walk(tree: &ast::UseTree, prefix: &[String], out: &mut Vec<(String, Vec<String>)>) {
            let Some(path) = tree.path() else { return };
            if path
                .segment()
                .and_then(|segment| segment.kind())
                .is_some_and(|kind| matches!(kind, ast::PathSegmentKind::SelfKw))
            {
                if let Some(last) = prefix.last() {
                    out.push((last.clone(), prefix.to_vec()));
                }
                return;
            }
            let mut parts = Vec::new();
            let mut next = Some(path);
            while let Some(path) = next {
                if let Some(segment) = path.segment() {
                    if let Some(name) = segment.name_ref() {
                        parts.push(name.text().to_string());
                    } else if segment.crate_token().is_some() {
                        parts.push("crate".to_owned());
                    }
                }
                next = path.qualifier();
            }
            parts.reverse();
            let mut path = prefix.to_vec();
            path.extend(parts);
            if let Some(list) = tree.use_tree_list() {
                list.use_trees().for_each(|tree| walk(&tree, &path, out));
            } else if let Some(rename) = tree.rename() {
                out.push((rename.name().map_or("_".into(), |name| name.text().to_string()), path));
            } else if tree.star_token().is_some() {
                path.push("*".into());
                out.push(("*".into(), path));
            } else if let Some(last) = path.last().cloned() {
                out.push((last, path));
            }
        }
        let mut out = Vec::new();
        item.use_tree().iter().for_each(|tree| walk(tree, &[], &mut out));
        for (name, path) in out {
            let text = if path.last() == Some(&name) {
                format!("use {};\n", path.join("::"))
            } else {
                format!("use {} as {name};\n", path.join("::"))
            };
            if name == "_" || name == "*" {
                self.unnamed.push(text);
            } else {
                self.items.insert(name, text);
            }
        }
    }

    /// Returns the crate that runs the last text; `question` is true once a cell uses `?`.
    pub fn source(&self, question: bool) -> String {
        let mut out = String::from("#![allow(unused_imports, unused_mut, dead_code)]\n");
        let mut items: Vec<&String> = self.items.values().chain(&self.unnamed).collect();
        if self.reverse {
            items.reverse();
        }
        items.into_iter().for_each(|item| out.push_str(item));
        out.push_str(
            "trait Show { fn evcxr_display(&self); }\nimpl<T: std::fmt::Debug + ?Sized> Show for T { fn evcxr_display(&self) { \
             std::println!(\"[{self:?}]\") } }\n",
        );
        out.push_str(
            "struct EvcxrUserCodeError {}\nimpl<T: std::fmt::Display> From<T> for EvcxrUserCodeError { fn from(error: T) -> Self { \
             eprintln!(\"{}\", error); println!(\"EVCXR_ERROR_OCCURRED\"); EvcxrUserCodeError {} } }\n\
             fn evcxr_analysis() -> Result<(), EvcxrUserCodeError> { Ok(()) }\nfn main() {\n\
             match std::panic::catch_unwind(std::panic::AssertUnwindSafe(||{\n",
        );
        if question {
            let body = &self.body;
            out.push_str(&format!(
                "let _ = (|| -> std::result::Result<(), EvcxrUserCodeError> {{\n{body}\nOk(())}})();\n"
            ));
        } else {
            out.push_str(&self.body);
        }
        out.push_str("})) {\nOk(_) => {}\nErr(_) => { println!(\"PANIC\"); }}\n}\n");
        out
    }

    /// Runs the last text; returns its output, or the compiler's errors.
    pub fn run(&self, question: bool) -> Result<String, String> {
        run(&self.source(question))
    }
}

fn name(item: &ast::Item) -> Option<String> {
    let name = match item {
        ast::Item::Const(item) => item.name(),
        ast::Item::Enum(item) => item.name(),
        ast::Item::Fn(item) => item.name(),
        ast::Item::MacroRules(item) => item.name(),
        ast::Item::Module(item) => item.name(),
        ast::Item::Static(item) => item.name(),
        ast::Item::Struct(item) => item.name(),
        ast::Item::Trait(item) => item.name(),
        ast::Item::TypeAlias(item) => item.name(),
        ast::Item::Union(item) => item.name(),
        _ => None,
    };
    name.map(|name| name.text().to_string())
}

fn run(source: &str) -> Result<String, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let (file, program) = (folder.path().join("main.rs"), folder.path().join("main"));
    std::fs::write(&file, source).map_err(|error| error.to_string())?;
    let rustc = |path: &Path| {
        Command::new("rustc")
            .args(["--edition", "2024", "-Cdebuginfo=0", "-Cprefer-dynamic", "-Awarnings", "-o"])
            .arg(path)
            .arg(&file)
            .output()
    };
    let compiled = rustc(&program).map_err(|error| error.to_string())?;
    if !compiled.status.success() {
        let errors = String::from_utf8_lossy(&compiled.stderr).into_owned();
        return Err(format!("{errors}\n{source}"));
    }
    let library = Command::new("rustc").args(["--print", "target-libdir"]).output();
    let library = library.map_err(|error| error.to_string())?;
    let library = String::from_utf8_lossy(&library.stdout).trim().to_owned();
    let output = Command::new(&program).env("LD_LIBRARY_PATH", library).output();
    let output = output.map_err(|error| error.to_string())?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
