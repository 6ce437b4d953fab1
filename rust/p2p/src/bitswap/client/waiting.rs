//! Wants that ask nobody yet: those of a session in their order, sessions in turn.

use crate::bitswap::cid::Cid;
use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;

/// What no longer waits may still be in it: whoever takes says what does.
#[derive(Default)]
pub struct Waiting {
    queues: BTreeMap<u64, VecDeque<Cid>>,
    last_session: u64,
}

impl Waiting {
    pub fn push_back(&mut self, session: u64, cid: Cid) {
        self.queues.entry(session).or_default().push_back(cid);
    }

    pub fn push_front(&mut self, session: u64, cid: Cid) {
        self.queues.entry(session).or_default().push_front(cid);
    }

    pub fn next(&mut self, waits: impl Fn(&Cid) -> bool) -> Option<Cid> {
        loop {
            let after = (Bound::Excluded(self.last_session), Bound::Unbounded);
            let next = self.queues.range(after).next();
            let session = *next.or_else(|| self.queues.iter().next())?.0;
            let queue = self.queues.get_mut(&session).expect("it was found");
            let cid = queue.pop_front();
            if queue.is_empty() {
                self.queues.remove(&session);
            }
            let cid = cid.filter(&waits);
            if cid.is_some() {
                self.last_session = session;
                return cid;
            }
        }
    }

    /// Forgets what of the session no longer waits.
    pub fn tidy(&mut self, session: u64, waits: impl Fn(&Cid) -> bool) {
        if let Some(queue) = self.queues.get_mut(&session) {
            queue.retain(waits);
            if queue.is_empty() {
                self.queues.remove(&session);
            }
        }
    }
}
