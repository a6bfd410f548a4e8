//! Runs the tests of fetch.py, which has its own because it runs inside pip's Python.

use std::path::Path;
use std::process::Command;

#[test]
fn downloads_survive_what_can_happen_to_them() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let venv = package.join("../../.lab/python/bin/python");
    let has_pip = |python: &Path| {
        Command::new(python).args(["-c", "import pip"]).output().is_ok_and(|done| done.status.success())
    };
    let Some(python) = [venv.as_path(), Path::new("python3")].into_iter().find(|python| has_pip(python))
    else {
        panic!("no Python with pip found; `cargo lab` makes one");
    };
    let mut tests = Command::new(python);
    tests.args(["-m", "unittest", "discover", "--start-directory"]).arg(package.join("python"));
    let done = tests.env("PYTHONDONTWRITEBYTECODE", "1").output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{said}");
    assert!(said.contains("Ran 8 tests"), "{said}");
}
