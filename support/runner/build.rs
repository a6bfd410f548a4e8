//! Exports the functions that compiled cells look up in this program.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let system = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    if system == "macos" {
        println!("cargo:rustc-link-arg-bins=-Wl,-export_dynamic");
    }
    if system == "linux" {
        for name in ["kernel_send", "kernel_before_input", "read"] {
            println!("cargo:rustc-link-arg-bins=-Wl,--export-dynamic-symbol={name}");
        }
    }
}
