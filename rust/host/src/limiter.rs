//! The memory of one call, over all its instances, and its part in what calls share.

use crate::budget::{Budget, Purse};
use crate::refusal::{Refusals, hermes_refusal::*};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use wasmtime::{ResourceLimiter, Result};

/// Which limit a memory or table was not allowed to pass.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub enum hermes_memory_limit {
    #[default]
    HERMES_NO_MEMORY_LIMIT,
    HERMES_CALL_MEMORY,
    /// What the calls of an app have together.
    HERMES_APP_MEMORY,
    /// What all calls have together.
    HERMES_ENGINE_MEMORY,
}
use hermes_memory_limit::*;

/// What the outside sees of a running call.
#[derive(Default)]
pub struct Signals {
    /// The epoch made the guest yield, so it can go on at once.
    pub yielded: AtomicBool,
    /// The instance is there, and the handler runs.
    begun: AtomicBool,
    /// The last limit that was met.
    memory_limit: AtomicU8,
    /// It will not be met once other calls have ended.
    passes: AtomicBool,
}

impl Signals {
    pub fn begin(&self) {
        self.begun.store(true, Ordering::Relaxed);
    }

    fn has_begun(&self) -> bool {
        self.begun.load(Ordering::Relaxed)
    }

    /// It found no memory for its instance that the engine will have once other calls have ended.
    /// Nobody waits for the memory of an app: that would be the app's own calls.
    pub fn engine_was_full(&self) -> bool {
        !self.has_begun()
            && self.passes.load(Ordering::Relaxed)
            && matches!(self.memory_limit(), HERMES_ENGINE_MEMORY)
    }

    fn refuse(&self, limit: hermes_memory_limit, passes: bool) {
        self.memory_limit.store(limit as u8, Ordering::Relaxed);
        self.passes.store(passes, Ordering::Relaxed);
    }

    pub fn memory_limit(&self) -> hermes_memory_limit {
        [
            HERMES_NO_MEMORY_LIMIT,
            HERMES_CALL_MEMORY,
            HERMES_APP_MEMORY,
            HERMES_ENGINE_MEMORY,
        ][usize::from(self.memory_limit.load(Ordering::Relaxed))]
    }
}

/// What calls share.
#[derive(Clone, Copy)]
pub struct Shared {
    pub app: &'static Purse,
    pub engine: &'static Purse,
}

const TABLE_ELEMENT: usize = 8;

pub struct Limiter {
    used: usize,
    limit: usize,
    shared: Shared,
    signals: &'static Signals,
    refusals: Refusals,
}

impl Limiter {
    pub fn new(
        limit: usize,
        shared: Shared,
        signals: &'static Signals,
        refusals: Refusals,
    ) -> Self {
        Limiter {
            used: 0,
            limit,
            shared,
            signals,
            refusals,
        }
    }

    /// Of the app and of the engine.
    pub fn budgets(&self) -> [Arc<Budget>; 2] {
        [self.shared.app.budget(), self.shared.engine.budget()]
    }

    /// Takes memory for what the host holds for the call, until its end.
    pub fn reserve(&mut self, bytes: usize) -> bool {
        self.grow(0, bytes)
    }

    fn grow(&mut self, current: usize, desired: usize) -> bool {
        let used = self.used.saturating_sub(current).saturating_add(desired);
        let refused = if used > self.limit {
            HERMES_CALL_MEMORY
        } else {
            self.spend(used.saturating_sub(self.used))
        };
        if !matches!(refused, HERMES_NO_MEMORY_LIMIT) {
            self.signals.refuse(refused, self.will_have(used));
            self.tell(refused);
            return false;
        }
        self.used = used;
        true
    }

    /// Without its instance, the call itself fails or waits: that is counted elsewhere.
    fn tell(&self, limit: hermes_memory_limit) {
        if !self.signals.has_begun() {
            return;
        }
        self.refusals.tell(match limit {
            HERMES_NO_MEMORY_LIMIT => return,
            HERMES_CALL_MEMORY => HERMES_REFUSED_CALL_MEMORY,
            HERMES_APP_MEMORY => HERMES_REFUSED_APP_MEMORY,
            HERMES_ENGINE_MEMORY => HERMES_REFUSED_ENGINE_MEMORY,
        });
    }

    fn will_have(&self, bytes: usize) -> bool {
        let Shared { app, engine } = self.shared;
        bytes <= self.limit && app.will_have(bytes) && engine.will_have(bytes)
    }

    /// Takes from both purses, or from neither, and says which was empty.
    fn spend(&self, bytes: usize) -> hermes_memory_limit {
        let Shared { app, engine } = self.shared;
        if !app.spend(bytes) {
            return HERMES_APP_MEMORY;
        }
        if !engine.spend(bytes) {
            app.refund(bytes);
            return HERMES_ENGINE_MEMORY;
        }
        HERMES_NO_MEMORY_LIMIT
    }
}

impl Drop for Limiter {
    fn drop(&mut self) {
        let Shared { app, engine } = self.shared;
        app.refund(self.used);
        engine.refund(self.used);
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
