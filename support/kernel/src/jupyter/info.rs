//! The kernel's description of itself.

use serde_json::{Value, json};

/// Returns the content of a `kernel_info_reply`.
pub fn info() -> Value {
    json!({
        "status": "ok",
        "protocol_version": "5.4",
        "implementation": "rust-notebooks",
        "implementation_version": env!("CARGO_PKG_VERSION"),
        "banner": "Rust, by evcxr: live, honest, stoppable",
        "language_info": {
            "name": "rust",
            "version": env!("CARGO_PKG_RUST_VERSION"),
            "mimetype": "text/rust",
            "file_extension": ".rs",
            "pygments_lexer": "rust",
            "codemirror_mode": "rust",
        },
        "help_links": [
            { "text": "The Rust standard library", "url": "https://doc.rust-lang.org/std/" },
            { "text": "The Rust book", "url": "https://doc.rust-lang.org/book/" },
        ],
        // For the variable panel, see `variables`.
        "debugger": true,
        "supported_features": ["debugger"],
    })
}
