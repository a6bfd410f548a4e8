//! Memory limits: an allocation that would abort the process is refused with an error instead.

use std::fs;

use crate::error::{Error, Result};

const GIB: u128 = 1 << 30;
/// The largest allocation that is allowed without a check of the free memory.
const SMALL: u128 = 1 << 26;
/// The limit on any machine; data and layers of a notebook need less.
const MOST: u128 = 16 * GIB;

/// Refuses an allocation of `bytes` that does not fit into the free memory. `got` describes the arguments that need it.
pub(crate) fn check(
    op: &'static str,
    name: &'static str,
    bytes: u128,
    got: impl std::fmt::Display,
) -> Result<()> {
    let Some(limit) = too_little_for(bytes) else { return Ok(()) };
    let expected = format!("small enough for {} of memory", in_words(limit));
    Err(Error::argument(op, name, expected, format!("{got}, which takes {}", in_words(bytes))))
}

/// Returns the memory that an allocation may take if `bytes` exceed it, else `None`.
pub(crate) fn too_little_for(bytes: u128) -> Option<u128> {
    if bytes <= SMALL {
        return None;
    }
    let limit = free().map_or(MOST, |free| free.min(MOST));
    (bytes > limit).then_some(limit)
}

/// Formats a number of bytes with a unit: `512 bytes`, `1.5 GiB`, `8.0 TiB`.
pub(crate) fn in_words(bytes: u128) -> String {
    const UNITS: [&str; 8] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"];
    if bytes < 1024 {
        return format!("{bytes} bytes");
    }
    let mut amount = bytes as f64 / 1024.0;
    let mut unit = 0;
    while amount >= 1024.0 && unit + 1 < UNITS.len() {
        amount /= 1024.0;
        unit += 1;
    }
    if amount < 1e6 {
        format!("{amount:.1} {}", UNITS[unit])
    } else {
        format!("{amount:.1e} {}", UNITS[unit])
    }
}

/// Returns the bytes available without swapping, as Linux reports them, of the machine or of the container, whichever
/// is less.
fn free() -> Option<u128> {
    let read = |path: &str| fs::read_to_string(path).ok();
    let machine = read("/proc/meminfo").and_then(|text| field(&text, "MemAvailable:")).map(|kib| kib * 1024);
    let share = read("/sys/fs/cgroup/memory.max").and_then(|text| text.trim().parse::<u64>().ok());
    // The container's total also counts cached pages of files, which the kernel frees on demand.
    let used = read("/sys/fs/cgroup/memory.stat").and_then(|text| field(&text, "anon ")).unwrap_or(0);
    let container = share.map(|share| share.saturating_sub(used));
    [machine, container].into_iter().flatten().min().map(u128::from)
}

/// Returns the first number of the line that begins with `name`.
fn field(text: &str, name: &str) -> Option<u64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
    rest.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_let_through_and_the_rest_is_named() {
        assert!(check("f", "n", 1000, 5).is_ok());
        let text = check("f", "n", u128::MAX, 5).unwrap_err().to_string();
        assert!(text.starts_with("f: n should be small enough for "), "{text}");
        assert!(text.contains("of memory, got 5, which takes 2.8e14 YiB"), "{text}");
        assert_eq!(too_little_for(1), None);
        assert!(too_little_for(1 << 60).is_some());
    }

    #[test]
    fn amounts_read_well() {
        let words = [0, 1023, 1536, 8 << 40, u128::MAX].map(in_words);
        assert_eq!(words, ["0 bytes", "1023 bytes", "1.5 KiB", "8.0 TiB", "2.8e14 YiB"]);
    }

    #[test]
    fn the_systems_tables_are_read_by_name() {
        let text = "MemTotal:  10 kB\nMemAvailable:    7 kB\n";
        assert_eq!(field(text, "MemAvailable:"), Some(7));
        assert_eq!(field(text, "SwapFree:"), None);
    }
}
