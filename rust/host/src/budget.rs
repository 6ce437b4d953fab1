//! Memory that many calls share, on several threads: of an app, of the engine.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Weak};

pub struct Budget {
    limit: usize,
    taken: AtomicUsize,
}

impl Budget {
    pub fn new(limit: usize) -> Self {
        Budget {
            limit,
            taken: AtomicUsize::new(0),
        }
    }

    pub fn take(&self, bytes: usize) -> bool {
        let room = |taken: usize| {
            taken
                .checked_add(bytes)
                .filter(|taken| *taken <= self.limit)
        };
        self.taken
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, room)
            .is_ok()
    }

    pub fn give_back(&self, bytes: usize) {
        self.taken.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// With what purses keep at hand.
    pub fn taken(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }

    /// What a purse takes at once.
    fn handful(&self) -> usize {
        (self.limit / 1024).min(1 << 20)
    }
}

/// What one thread has taken of a budget and may spend, so that calls that come and go do not all
/// meet at one counter. Used by one thread at a time.
pub struct Purse {
    budget: Arc<Budget>,
    left: AtomicUsize,
}

impl Purse {
    pub fn new(budget: Arc<Budget>) -> Self {
        Purse {
            budget,
            left: AtomicUsize::new(0),
        }
    }

    /// For what is taken on any thread.
    pub fn budget(&self) -> Arc<Budget> {
        self.budget.clone()
    }

    /// Whether so many bytes, which it has not now, are there once other calls have ended. With what
    /// other purses keep, no more than half is certain.
    pub fn will_have(&self, bytes: usize) -> bool {
        bytes <= self.budget.limit / 2
    }

    pub fn spend(&self, bytes: usize) -> bool {
        let left = self.left.load(Ordering::Relaxed);
        let Some(missing) = bytes.checked_sub(left) else {
            self.left.store(left - bytes, Ordering::Relaxed);
            return true;
        };
        let handful = self.budget.handful();
        if self.budget.take(missing.saturating_add(handful)) {
            self.left.store(handful, Ordering::Relaxed);
            return true;
        }
        let just_enough = self.budget.take(missing);
        if just_enough {
            self.left.store(0, Ordering::Relaxed);
        }
        just_enough
    }

    pub fn refund(&self, bytes: usize) {
        let handful = self.budget.handful();
        let mut left = self.left.load(Ordering::Relaxed) + bytes;
        if left > 2 * handful {
            self.budget.give_back(left - handful);
            left = handful;
        }
        self.left.store(left, Ordering::Relaxed);
    }
}

/// One thread's purses, of each budget one.
#[derive(Default)]
pub struct Purses(Mutex<Vec<Weak<Purse>>>);

impl Purses {
    pub fn of(&self, budget: &Arc<Budget>) -> Arc<Purse> {
        let mut purses = self.0.lock().unwrap();
        purses.retain(|purse| purse.strong_count() != 0);
        let found = purses
            .iter()
            .filter_map(Weak::upgrade)
            .find(|purse| Arc::ptr_eq(&purse.budget, budget));
        found.unwrap_or_else(|| {
            let purse = Arc::new(Purse::new(budget.clone()));
            purses.push(Arc::downgrade(&purse));
            purse
        })
    }
}

impl Drop for Purse {
    fn drop(&mut self) {
        self.budget.give_back(*self.left.get_mut());
    }
}

/// A budget, for C++ to hand to engines and modules, which keep it as long as they need it.
pub struct hermes_budget(pub Arc<Budget>);

#[unsafe(no_mangle)]
pub extern "C" fn hermes_budget_new(limit: usize) -> *mut hermes_budget {
    Box::into_raw(Box::new(hermes_budget(Arc::new(Budget::new(limit)))))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_budget_free(budget: *mut hermes_budget) {
    drop(unsafe { Box::from_raw(budget) })
}

/// Bytes that are taken, with what threads keep at hand.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_budget_taken(budget: *const hermes_budget) -> usize {
    unsafe { &*budget }.0.taken()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(limit: usize) -> Arc<Budget> {
        Arc::new(Budget::new(limit))
    }

    #[test]
    fn all_of_it_can_be_spent() {
        let budget = budget(6400);
        let purse = Purse::new(budget.clone());
        assert!(purse.spend(6400));
        assert!(!purse.spend(1));
        purse.refund(6400);
        assert!(purse.spend(6400));
    }

    #[test]
    fn purses_share_it() {
        let budget = budget(6400);
        let (one, other) = (Purse::new(budget.clone()), Purse::new(budget.clone()));
        assert!(one.spend(4000));
        assert!(!other.spend(4000));
        assert!(other.spend(2000));
        one.refund(4000);
        assert!(other.spend(4000));
    }

    #[test]
    fn a_purse_keeps_little_and_gives_all_back_at_its_end() {
        let budget = budget(6400);
        let purse = Purse::new(budget.clone());
        assert!(purse.spend(3000));
        purse.refund(3000);
        assert_eq!(budget.taken.load(Ordering::Relaxed), 6);
        drop(purse);
        assert_eq!(budget.taken.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn a_thread_has_one_of_each_budget() {
        let (budget, other) = (budget(6400), budget(6400));
        let purses = Purses::default();
        let purse = purses.of(&budget);
        assert!(Arc::ptr_eq(&purse, &purses.of(&budget)));
        assert!(!Arc::ptr_eq(&purse, &purses.of(&other)));
    }

    #[test]
    fn nothing_overflows() {
        let purse = Purse::new(budget(usize::MAX));
        assert!(purse.spend(1));
        assert!(!purse.spend(usize::MAX));
    }
}
