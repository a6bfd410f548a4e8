//! Clones the warm folder: hard links for files that are never rewritten, copies for the rest.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Clones `from` to `to`. Times are kept: cargo compares them with the sources.
pub fn clone_tree(from: &Path, to: &Path) -> Result<()> {
    // The kernel's own folder exists already, readable by its user alone.
    fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type()?;
        if kind.is_dir() {
            if !left_out(&source) {
                clone_tree(&source, &target)?;
            }
        } else if kind.is_file()
            && !last_call(&source)
            && !(never_rewritten(&source) && fs::hard_link(&source, &target).is_ok())
        {
            copy(&source, &target)?;
        }
    }
    Ok(())
}

/// Checks for the compiler's incremental data, which is not cloned: the cells' crate is new in each kernel.
fn left_out(folder: &Path) -> bool {
    folder.ends_with("incremental")
}

/// Checks for the recorded compiler calls, which name the folder; `toolchain::clone_calls` copies them.
fn last_call(file: &Path) -> bool {
    file.ends_with(crate::toolchain::LAST_CALLS) || file.ends_with(crate::toolchain::known_cells::LAST_KEY)
}

/// Checks for compiled libraries of dependencies: rustc replaces such a file and never writes into it. Any kernel may
/// rebuild `support` and `protocol`, and always rebuilds the cells' crate `ctx`, so those are copied.
fn never_rewritten(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let library = [".rlib", ".rmeta", ".so", ".dylib"].iter().any(|ending| name.ends_with(ending));
    let ours =
        ["libsupport-", "libprotocol-", "libctx", "libcode_"].iter().any(|start| name.starts_with(start));
    library && !ours
}

fn copy(source: &Path, target: &Path) -> Result<()> {
    fs::copy(source, target)
        .and_then(|_| fs::metadata(source)?.modified())
        .and_then(|time| fs::File::options().write(true).open(target)?.set_modified(time))
        .with_context(|| format!("cannot copy {} to {}", source.display(), target.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_may_change_without_changing_the_original() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let (warm, mine) = (folder.path().join("warm"), folder.path().join("mine"));
        fs::create_dir_all(warm.join("deps"))?;
        for name in ["libtch-1.rlib", "libsupport-1.rlib", "support-1.d", "Cargo.lock"] {
            fs::write(warm.join("deps").join(name), "old")?;
        }
        let then = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000);
        fs::File::options().write(true).open(warm.join("deps/Cargo.lock"))?.set_modified(then)?;

        clone_tree(&warm, &mine)?;
        assert_eq!(fs::metadata(mine.join("deps/Cargo.lock"))?.modified()?, then, "times are kept");
        for name in ["libsupport-1.rlib", "support-1.d", "Cargo.lock"] {
            fs::write(mine.join("deps").join(name), "new")?;
            assert_eq!(fs::read_to_string(warm.join("deps").join(name))?, "old", "{name} is shared");
        }
        Ok(())
    }

    #[test]
    fn what_only_the_original_needs_is_left_out() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let warm = folder.path().join("warm");
        fs::create_dir_all(warm.join("incremental/ctx-1"))?;
        fs::create_dir_all(warm.join("deps"))?;
        clone_tree(&warm, &folder.path().join("mine"))?;
        assert!(!folder.path().join("mine/incremental").exists());
        assert!(folder.path().join("mine/deps").exists());
        Ok(())
    }
}
