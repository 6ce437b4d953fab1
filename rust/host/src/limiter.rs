//! The memory of one call, over all its instances.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use wasmtime::{ResourceLimiter, Result};

/// What the outside sees of a running call.
#[derive(Default)]
pub struct Signals {
    /// The epoch made the guest yield, so it can go on at once.
    pub yielded: AtomicBool,
    /// A memory or table was not allowed to grow.
    pub memory_refused: AtomicBool,
}

const TABLE_ELEMENT: usize = 8;

pub struct Limiter {
    used: usize,
    limit: usize,
    signals: Arc<Signals>,
}

impl Limiter {
    pub fn new(limit: usize, signals: Arc<Signals>) -> Self {
        Limiter {
            used: 0,
            limit,
            signals,
        }
    }

    fn grow(&mut self, current: usize, desired: usize) -> bool {
        let used = self.used.saturating_sub(current).saturating_add(desired);
        if used > self.limit {
            self.signals.memory_refused.store(true, Ordering::Relaxed);
            return false;
        }
        self.used = used;
        true
    }
}

impl ResourceLimiter for Limiter {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool> {
        // Past what the module itself declares, growing fails without any blame on the limit.
        Ok(maximum.is_none_or(|maximum| desired <= maximum) && self.grow(current, desired))
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool> {
        Ok(maximum.is_none_or(|maximum| desired <= maximum)
            && self.grow(
                current.saturating_mul(TABLE_ELEMENT),
                desired.saturating_mul(TABLE_ELEMENT),
            ))
    }
}
