//! The memory that the `/tmp` of a call takes: of the call, of the app and of the engine.

use crate::budget::Budget;
use crate::refusal::{Refusals, hermes_refusal::HERMES_REFUSED_TMP};
use std::sync::{Arc, Mutex};
use wasmtime_wasi::p2::bindings::filesystem::types::ErrorCode;

/// Of a file or a folder, beside its bytes.
pub const ENTRY: usize = 1 << 10;

/// What a call may hold in memory, of which each byte is one of the app's and the engine's, too.
pub struct Quota {
    most: usize,
    used: Mutex<usize>,
    budgets: [Arc<Budget>; 2],
    refusals: Refusals,
}

impl Quota {
    pub fn new(most: usize, budgets: [Arc<Budget>; 2], refusals: Refusals) -> Arc<Self> {
        Arc::new(Quota {
            most,
            used: Mutex::new(0),
            budgets,
            refusals,
        })
    }

    /// What the guest hears where there is no room, once for each time that it asks.
    pub fn refuse(&self) -> ErrorCode {
        self.refusals.tell(HERMES_REFUSED_TMP);
        ErrorCode::InsufficientSpace
    }

    fn take(&self, bytes: usize) -> bool {
        let mut used = self.used.lock().unwrap();
        if bytes > self.most - *used {
            return false;
        }
        let [app, engine] = &self.budgets;
        if !app.take(bytes) {
            return false;
        }
        if !engine.take(bytes) {
            app.give_back(bytes);
            return false;
        }
        *used += bytes;
        true
    }

    fn give_back(&self, bytes: usize) {
        *self.used.lock().unwrap() -= bytes;
        for budget in &self.budgets {
            budget.give_back(bytes);
        }
    }
}

/// A part of the quota.
pub struct Room {
    pub quota: Arc<Quota>,
    bytes: usize,
}

impl Room {
    pub fn new(quota: &Arc<Quota>) -> Result<Self, ErrorCode> {
        let mut room = Room {
            quota: quota.clone(),
            bytes: 0,
        };
        match room.resize(ENTRY) {
            true => Ok(room),
            false => Err(quota.refuse()),
        }
    }

    pub fn resize(&mut self, bytes: usize) -> bool {
        if bytes < self.bytes {
            self.quota.give_back(self.bytes - bytes);
        } else if !self.quota.take(bytes - self.bytes) {
            return false;
        }
        self.bytes = bytes;
        true
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.quota.give_back(self.bytes);
    }
}
