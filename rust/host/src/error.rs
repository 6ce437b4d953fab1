//! Errors and panics as values that C++ owns.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Why something failed. Freed with `hermes_error_free`.
pub struct hermes_error {
    message: String,
    /// The engine had no room for the instance: trying again later can succeed.
    pub busy: bool,
}

impl hermes_error {
    pub fn new(error: &wasmtime::Error) -> Self {
        hermes_error {
            message: explain(error),
            busy: error.is::<wasmtime::PoolConcurrencyLimitError>(),
        }
    }
}

/// The cause, and the functions of the guest that led to it, innermost first.
pub fn explain(error: &wasmtime::Error) -> String {
    let cause = error.root_cause().to_string();
    let Some(trace) = error.downcast_ref::<wasmtime::WasmBacktrace>() else {
        return format!("{error:#}");
    };
    let names: Vec<String> = trace
        .frames()
        .iter()
        .filter_map(|frame| frame.func_name())
        .take(5)
        .map(str::to_string)
        .collect();
    match names.is_empty() {
        true => cause,
        false => format!("{cause} (in {})", names.join(" < ")),
    }
}

/// What a panic said.
pub fn panic_message(panic: Box<dyn std::any::Any + Send>) -> wasmtime::Error {
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| text.to_string())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    wasmtime::format_err!("the host library panicked: {text}")
}

/// Runs `f`; a panic becomes an error.
pub fn catch<T>(f: impl FnOnce() -> wasmtime::Result<T>) -> wasmtime::Result<T> {
    catch_unwind(AssertUnwindSafe(f)).unwrap_or_else(|panic| Err(panic_message(panic)))
}

/// Puts what `f` returns into `out` and returns null, or returns why it failed.
pub unsafe fn guard<T>(out: *mut T, f: impl FnOnce() -> wasmtime::Result<T>) -> *mut hermes_error {
    match catch(f) {
        Ok(value) => {
            unsafe { std::ptr::write(out, value) };
            std::ptr::null_mut()
        }
        Err(error) => Box::into_raw(Box::new(hermes_error::new(&error))),
    }
}

/// UTF-8 of `len` bytes, which live as long as the error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_error_message(
    error: *const hermes_error,
    len: *mut usize,
) -> *const u8 {
    let message = unsafe { &(*error).message };
    unsafe { *len = message.len() };
    message.as_ptr()
}

/// Whether the engine had no room, so that trying again later can succeed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_error_is_busy(error: *const hermes_error) -> bool {
    unsafe { (*error).busy }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_error_free(error: *mut hermes_error) {
    drop(unsafe { Box::from_raw(error) })
}
