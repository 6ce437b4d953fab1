//! Limits that refuse something to a guest, which goes on with an error: C++ counts them.

use std::ffi::c_void;

/// What a limit refused.
#[repr(C)]
#[derive(Clone, Copy)]
pub enum hermes_refusal {
    /// To grow a memory or a table: by what the call may have.
    HERMES_REFUSED_CALL_MEMORY,
    HERMES_REFUSED_APP_MEMORY,
    HERMES_REFUSED_ENGINE_MEMORY,
    /// A write to `/var`.
    HERMES_REFUSED_VAR,
    /// A write to `/tmp`.
    HERMES_REFUSED_TMP,
    /// One more that is open.
    HERMES_REFUSED_FILES,
    /// One more directory that is read.
    HERMES_REFUSED_LISTINGS,
    /// One more request of wasi:http whose bodies are under way.
    HERMES_REFUSED_HTTP_BODIES,
}

/// Tells C++ of a call's refusals.
#[derive(Clone, Copy)]
pub struct Refusals {
    pub state: *mut c_void,
    pub refused: unsafe extern "C" fn(state: *mut c_void, what: hermes_refusal),
}

// Used by the call's own thread only, like the state.
unsafe impl Send for Refusals {}
unsafe impl Sync for Refusals {}

impl Refusals {
    pub fn tell(&self, what: hermes_refusal) {
        unsafe { (self.refused)(self.state, what) }
    }
}
