//! What every entry of the C interface does: a panic becomes an answer, arguments become values.

use crate::abi::{hermes_p2p_bytes, hermes_p2p_status};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Ok, or why not.
pub fn guard(f: impl FnOnce() -> Result<(), hermes_p2p_status>) -> hermes_p2p_status {
    match catch_unwind(AssertUnwindSafe(f)) {
        Ok(Ok(())) => hermes_p2p_status::Ok,
        Ok(Err(why)) => why,
        Err(_) => hermes_p2p_status::Panicked,
    }
}

/// `len` elements from `data`, which is not looked at if there are none.
pub unsafe fn slice<'a, T>(data: *const T, len: usize) -> &'a [T] {
    match len {
        0 => &[],
        _ => unsafe { std::slice::from_raw_parts(data, len) },
    }
}

impl hermes_p2p_bytes {
    pub fn of(bytes: &[u8]) -> Self {
        hermes_p2p_bytes {
            data: bytes.as_ptr(),
            len: bytes.len(),
        }
    }

    /// # Safety
    /// As long as the caller lends them.
    pub unsafe fn get<'a>(self) -> &'a [u8] {
        unsafe { slice(self.data, self.len) }
    }

    /// # Safety
    /// As `get`.
    pub unsafe fn text<'a>(self) -> Option<&'a str> {
        std::str::from_utf8(unsafe { self.get() }).ok()
    }
}

/// What a panic said.
pub fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".into())
}
