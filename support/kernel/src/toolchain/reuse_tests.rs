//! Tests of lookups and stores with the real compiler, as the stand-in for cargo makes them.

use std::process::Command;

use tempfile::TempDir;

use super::*;
use crate::toolchain::direct_rustc;

/// A folder with kernels, a store and a crate that stands for `support`.
struct Lab(TempDir);

/// The result of a build.
#[derive(Debug, PartialEq)]
struct Built {
    hit: bool,
    success: bool,
    messages: Vec<Value>,
    library: Option<Vec<u8>>,
}

impl Lab {
    fn new() -> Self {
        let lab = Self(tempfile::tempdir().unwrap());
        for kernel in ["1", "2"] {
            fs::create_dir_all(lab.kernel(kernel).join("src")).unwrap();
            fs::create_dir_all(lab.kernel(kernel).join("target")).unwrap();
        }
        lab
    }

    fn kernel(&self, name: &str) -> PathBuf {
        self.0.path().canonicalize().unwrap().join("kernels").join(name)
    }

    fn call(&self, kernel: &str) -> Call {
        let folder = self.kernel(kernel);
        let args = format!(
            "--crate-name ctx --edition=2024 src/lib.rs --error-format=json --json=diagnostic-rendered-ansi \
             --crate-type cdylib --emit=dep-info,link -C opt-level=0 -C strip=debuginfo -C metadata=1 -Cprefer-dynamic \
             --out-dir {}/target",
            folder.display()
        );
        let args = args.split_whitespace().map(str::to_owned).collect();
        let variables = BTreeMap::from([("CARGO_MANIFEST_DIR".into(), folder.display().to_string())]);
        Call { program: "rustc".into(), args, variables }.with_lines(&folder)
    }

    fn build(&self, kernel: &str, source: &str) -> Built {
        self.run(kernel, source, &self.call(kernel))
    }

    fn run(&self, kernel: &str, source: &str, call: &Call) -> Built {
        let folder = self.kernel(kernel);
        fs::write(folder.join("src/lib.rs"), source).unwrap();
        let store = Store::new(&self.0.path().join("cells"), 1_000_000);
        let glance =
            std::env::var_os(direct_rustc::SUPPORT).map_or(0, |s| direct_rustc::glance_at(Path::new(&s)));
        let reuse = Reuse::of(call, &folder, store, glance).unwrap();
        let path = call.library().unwrap();
        let library = call.links().then_some(path.as_path());
        let built = |hit, success, messages| Built {
            hit,
            success,
            messages,
            library: library.filter(|_| success).map(|path| fs::read(path).unwrap()),
        };
        if let Some(recalled) = reuse.recall(library) {
            return built(true, recalled.success, recalled.messages);
        }
        reuse.begin();
        let mut command: Command = call.command();
        let output = command.current_dir(&folder).output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        let messages: Vec<Value> = text
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .map(|message| serde_json::json!({ "message": message }))
            .collect();
        let success = output.status.success();
        reuse.keep(&Outcome { success, messages: &messages, library, time: Duration::ZERO });
        built(false, success, messages)
    }
}

/// Returns a cell with the code `user`, and with items and variables in a given order.
fn cell(items: [&str; 2], variables: [(&str, &str); 2], user: &str) -> String {
    let all = |form: &dyn Fn(&str, &str) -> String| variables.map(|(name, kind)| form(name, kind)).concat();
    format!(
        "{}pub struct Store;\nimpl Store {{\n    pub fn check_variable<T>(&mut self, _: &str) -> bool {{ true }}\n    pub fn \
         take_variable<T: Default>(&mut self, _: &str) -> T {{ T::default() }}\n    pub fn put_variable<T>(&mut self, _: \
         &str, _: T) {{}}\n}}\n#[unsafe(no_mangle)]\npub extern \"C\" fn run_user_code(\nmut evcxr_variable_store: *mut \
         Store) -> *mut Store {{\nlet evcxr_variable_store = unsafe {{&mut *evcxr_variable_store}};\n{{let mut vars_ok = \
         true;\n{}if !vars_ok {{return evcxr_variable_store;}}}}\n{}{user}\n{}evcxr_variable_store\n}}\n",
        items.concat(),
        all(&|n, t| format!("vars_ok &= evcxr_variable_store.check_variable::<{t}>(stringify!({n}));\n")),
        all(&|n, t| format!("let {n} = evcxr_variable_store.take_variable::<{t}>(stringify!({n}));\n")),
        all(&|n, t| format!("evcxr_variable_store.put_variable::<{t}>(stringify!({n}), {n});\n")),
    )
}

const ITEMS: [&str; 2] = ["fn twice(x: i32) -> i32 {\n    2 * x\n}\n", "struct P;\n"];
const VARIABLES: [(&str, &str); 2] = [("x", "i32"), ("y", "f32")];

fn swapped<T: Copy>([a, b]: [T; 2]) -> [T; 2] {
    [b, a]
}

#[test]
fn another_kernel_gets_the_library() {
    let lab = Lab::new();
    let first = lab.build("1", &cell(ITEMS, VARIABLES, "println!(\"{}\", twice(x));"));
    assert!(first.success && !first.hit, "{first:?}");
    // Also a hit where evcxr wrote the same in another order.
    let second = lab.build("2", &cell(swapped(ITEMS), swapped(VARIABLES), "println!(\"{}\", twice(x));"));
    assert!(second.hit && second.library == first.library);
    let compiled = fs::read_to_string(lab.kernel("2").join(COMPILED)).unwrap();
    assert_eq!(compiled, cell(ITEMS, VARIABLES, "println!(\"{}\", twice(x));"));
    // The library does not name the kernel that compiled it, and equals a fresh build.
    let library = second.library.unwrap();
    let place = lab.kernel("1").display().to_string();
    assert!(!library.windows(place.len()).any(|bytes| bytes == place.as_bytes()));
    let alone = Lab::new().build("2", &compiled);
    assert_eq!(alone.library.map(|bytes| bytes.len()), Some(library.len()));
}

#[test]
fn each_load_has_a_file_of_its_own() {
    use std::os::unix::fs::MetadataExt;
    let lab = Lab::new();
    let source = cell(ITEMS, VARIABLES, "");
    let path = lab.call("1").library().unwrap();
    let mut seen = Vec::new();
    for number in 0..3 {
        assert_eq!(lab.build("1", &source).hit, number > 0);
        // Renamed as evcxr does.
        let code = path.with_file_name(format!("libcode_{number}.so"));
        fs::rename(&path, &code).unwrap();
        seen.push(fs::metadata(code).unwrap());
    }
    seen.dedup_by_key(|data| data.ino());
    assert!(seen.len() == 3 && seen.iter().all(|data| data.nlink() == 1));
}

#[test]
fn what_changed_is_compiled_again() {
    let lab = Lab::new();
    let user = "let z = twice(x);\nlet w = z;";
    assert!(!lab.build("1", &cell(ITEMS, VARIABLES, user)).hit);
    assert!(lab.build("1", &cell(ITEMS, VARIABLES, user)).hit);
    for (items, variables, user) in [
        (ITEMS, VARIABLES, "let z = twice(y as i32);"),
        (ITEMS, VARIABLES, "let w = 1;\nlet z = twice(x);"),
        (["fn twice(x: i32) -> i32 {\n    3 * x\n}\n", "struct P;\n"], VARIABLES, user),
        (ITEMS, [("x", "i32"), ("y", "f64")], user),
        (ITEMS, [("x", "i32"), ("v", "f32")], user),
    ] {
        let built = lab.build("1", &cell(items, variables, user));
        assert!(built.success && !built.hit, "{items:?} {variables:?} {user}");
    }
    let source = cell(ITEMS, VARIABLES, user);
    let mut flag = lab.call("1");
    flag.args.push("-Coverflow-checks=off".into());
    assert!(!lab.run("1", &source, &flag).hit);
    assert!(lab.run("1", &source, &flag).hit);
    let checked = lab.run("1", &source, &lab.call("1").checking());
    assert!(!checked.hit && checked.library.is_none());
    assert!(lab.run("2", &source, &lab.call("2").checking()).hit);
    assert!(lab.build("1", &source).hit);
}

#[test]
fn refusals_come_back_at_their_lines() {
    let lab = Lab::new();
    let user = "let z: i32 =\n    twice(\n        \"é\");";
    let first = lab.build("1", &cell(ITEMS, VARIABLES, user));
    assert!(!first.success && !first.hit);
    // In another kernel's order, the compiler's own messages and the translated ones are the same.
    let other = cell(swapped(ITEMS), swapped(VARIABLES), user);
    let second = lab.build("2", &other);
    assert!(second.hit && !second.success);
    let fresh = Lab::new().build("2", &other);
    assert!(!fresh.hit);
    let plain = |built: Built| -> Vec<Value> {
        let mut messages = built.messages;
        messages.iter_mut().for_each(forget_rendered);
        messages
    };
    assert_ne!(plain(first), plain(lab.build("2", &other)), "nothing had to be translated");
    assert_eq!(plain(second), plain(fresh));
}

/// Removes the rendered text with line numbers, which is not used.
fn forget_rendered(message: &mut Value) {
    message["message"]["rendered"].take();
}

#[test]
fn what_a_cell_includes_counts() {
    let lab = Lab::new();
    let file = lab.0.path().join("data.txt");
    let user =
        format!("println!(\"{{}} {{:?}}\", include_str!({file:?}), option_env!(\"CARGO_CELL_TEST\"));");
    let source = cell(ITEMS, VARIABLES, &user);
    // The file does not exist yet: such an error is not stored.
    assert!(!lab.build("1", &source).success);
    fs::write(&file, "1").unwrap();
    let first = lab.build("1", &source);
    assert!(first.success && !first.hit);
    assert!(lab.build("2", &source).hit);
    fs::write(&file, "2").unwrap();
    let second = lab.build("2", &source);
    assert!(second.success && !second.hit && second.library != first.library);
    assert!(lab.build("1", &source).hit);
    let place = cell(ITEMS, VARIABLES, "println!(\"{}\", env!(\"CARGO_MANIFEST_DIR\"));");
    assert!(!lab.build("1", &place).hit);
    assert!(lab.build("1", &place).hit);
    assert!(!lab.build("2", &place).hit, "the kernel's folder is another one");
}

#[test]
fn a_damaged_entry_is_compiled_again() {
    let lab = Lab::new();
    let source = cell(ITEMS, VARIABLES, "");
    let first = lab.build("1", &source);
    let file = fs::read_dir(lab.0.path().join("cells")).unwrap().next().unwrap().unwrap().path();
    let whole = fs::read(&file).unwrap();
    for damaged in [&whole[..whole.len() / 2], &[], &whole[1..]] {
        fs::write(&file, damaged).unwrap();
        let built = lab.build("1", &source);
        assert!(!built.hit && built.success && built.library.is_some());
        assert!(lab.build("1", &source).hit);
    }
    assert!(first.success);
}

#[test]
fn errors_that_may_lie_elsewhere_are_not_kept() {
    let message = |level: &str, text: &str, code: Option<&str>| {
        let code = code.map(|code| serde_json::json!({ "code": code }));
        serde_json::json!({ "message": { "level": level, "message": text, "code": code } })
    };
    let (type_error, warning) = (message("error", "no", Some("E0308")), message("warning", "unused", None));
    let last = message("error", "aborting due to 1 previous error", None);
    assert!(may_be_repeated(&[warning.clone(), type_error.clone(), last.clone()]));
    assert!(!may_be_repeated(&[warning, last]));
    assert!(!may_be_repeated(&[type_error.clone(), message("error", "couldn't read `x`", None)]));
    assert!(!may_be_repeated(&[type_error.clone(), message("error: internal compiler error", "bug", None)]));
    for code in OF_FILES {
        assert!(!may_be_repeated(&[type_error.clone(), message("error", "file not found", Some(code))]));
    }
}
