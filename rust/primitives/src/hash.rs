//! BLAKE3.

use crate::{guard, hermes_primitive, slice};

/// Fills `out` with the BLAKE3 hash of `data`; `key` is null or 32 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_blake3(
    data: *const u8,
    len: usize,
    key: *const u8,
    out: *mut u8,
    out_len: usize,
) -> hermes_primitive {
    guard(|| {
        let mut hasher = match key.is_null() {
            true => blake3::Hasher::new(),
            false => blake3::Hasher::new_keyed(unsafe { &*key.cast::<[u8; 32]>() }),
        };
        hasher.update(unsafe { slice(data, len) });
        let out = unsafe { std::slice::from_raw_parts_mut(out, out_len) };
        hasher.finalize_xof().fill(out);
        Ok(())
    })
}
