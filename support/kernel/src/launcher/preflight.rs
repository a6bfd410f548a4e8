//! When something is missing: the kernel starts all the same, and the first cell says what to do.

use protocol::LabPaths;

/// Says what is missing, and how to mend it.
pub fn find(lab: &LabPaths) -> Option<String> {
    let mend = "Run `cargo lab` in the repository's folder, then restart this kernel.";
    let library = if cfg!(target_os = "macos") { "libtorch_cpu.dylib" } else { "libtorch_cpu.so" };
    let libtorch = lab.libtorch_in_use().join("lib").join(library);
    if !libtorch.exists() {
        return Some(format!("libtorch is missing: there is no {}. {mend}", libtorch.display()));
    }
    if !lab.warm_mark().exists() {
        return Some(format!("Set-up was not finished: the kernel's warm folder is missing. {mend}"));
    }
    None
}
