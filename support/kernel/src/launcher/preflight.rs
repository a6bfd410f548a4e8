//! Checks the set-up for missing parts: the kernel starts anyway, and the first cell reports them.

use protocol::LabPaths;

/// Returns a message on the missing part, and how to install it.
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
