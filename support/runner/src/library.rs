//! Loads a cell's library and calls its function.

use std::ffi::{CStr, CString, OsStr, c_void};
use std::os::unix::ffi::OsStrExt;

use protocol::frame::CELL_FUNCTION;

/// A cell's function: takes the store of the notebook's variables, or null at first, and returns it.
type Cell = unsafe extern "C" fn(*mut c_void) -> *mut c_void;

/// Loads a library and calls its cell function. The library stays loaded: variables, threads and thread-local values
/// may use its code as long as the process runs.
pub fn run(path: &OsStr, store: &mut *mut c_void) -> Result<(), String> {
    let path = CString::new(path.as_bytes()).map_err(|_| "its path holds a zero byte".to_owned())?;
    let name = CString::new(CELL_FUNCTION).unwrap_or_default();
    // SAFETY: both texts end in a zero byte. Code that runs while the library is loaded is the user's own.
    let library = unsafe { libc::dlopen(path.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL) };
    if library.is_null() {
        return Err(last_error());
    }
    // SAFETY: the library is open, the name ends in a zero byte.
    let function = unsafe { libc::dlsym(library, name.as_ptr()) };
    if function.is_null() {
        return Err(last_error());
    }
    // SAFETY: the compiler made this function from a source that declares it with this signature.
    let cell: Cell = unsafe { std::mem::transmute::<*mut c_void, Cell>(function) };
    // SAFETY: the store comes from an earlier cell of this process, or is null, which a cell takes for an empty one.
    *store = unsafe { cell(*store) };
    Ok(())
}

fn last_error() -> String {
    // SAFETY: the loader's last message of this thread, which ends in a zero byte, or null.
    let text = unsafe { libc::dlerror() };
    if text.is_null() {
        return "the loader gives no reason".to_owned();
    }
    // SAFETY: not null, see above; copied before the next call could change it.
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}
