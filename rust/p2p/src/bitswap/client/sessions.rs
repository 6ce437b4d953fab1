//! Sessions: requests for blocks that one peer is likely to have all of.

use libp2p::PeerId;
use std::collections::{BTreeSet, HashMap};

/// Sessions of the caller that have no request are forgotten when there are more.
const MAX_IDLE: usize = 1024;

#[derive(Default)]
pub struct Sessions {
    all: HashMap<u64, Session>,
}

#[derive(Default)]
struct Session {
    /// Named by the caller.
    providers: BTreeSet<PeerId>,
    dialing: BTreeSet<PeerId>,
    /// That had some of its blocks.
    good: BTreeSet<PeerId>,
    requests: BTreeSet<u64>,
}

/// Whom some sessions may ask.
#[derive(Default)]
pub struct Circle {
    pub named: BTreeSet<PeerId>,
    pub good: BTreeSet<PeerId>,
    /// One of them is being dialled.
    pub may_come: bool,
}

/// Of a request that has none: a number that no caller is likely to choose.
pub fn of_one(request: u64) -> u64 {
    request | 1 << 63
}

impl Sessions {
    /// Returns who is to be dialled.
    pub fn join(
        &mut self,
        session: u64,
        request: u64,
        providers: Vec<PeerId>,
        is_connected: impl Fn(&PeerId) -> bool,
    ) -> Vec<PeerId> {
        let session = self.all.entry(session).or_default();
        session.requests.insert(request);
        session.providers.extend(providers.iter().copied());
        let mut to_dial = providers;
        to_dial.retain(|peer| !is_connected(peer) && session.dialing.insert(*peer));
        to_dial
    }

    /// The request has ended. A session of the caller stays until `end`.
    pub fn leave(&mut self, session: u64, request: u64) {
        let count = self.all.len();
        let Some(left) = self.all.get_mut(&session) else {
            return;
        };
        left.requests.remove(&request);
        if session == of_one(request) || (left.requests.is_empty() && count > MAX_IDLE) {
            self.all.remove(&session);
        }
    }

    pub fn end(&mut self, session: u64) {
        self.all.remove(&session);
    }

    pub fn requests(&self, session: u64) -> Vec<u64> {
        let session = self.all.get(&session);
        session.map_or(vec![], |session| session.requests.iter().copied().collect())
    }

    /// The peer is connected, or cannot be. Returns whether a session waited for that.
    pub fn dialed(&mut self, peer: &PeerId) -> bool {
        let mut was_awaited = false;
        for session in self.all.values_mut() {
            was_awaited |= session.dialing.remove(peer);
        }
        was_awaited
    }

    /// The peer had a block of these.
    pub fn praise(&mut self, sessions: &BTreeSet<u64>, peer: PeerId) {
        for session in sessions {
            if let Some(session) = self.all.get_mut(session) {
                session.good.insert(peer);
            }
        }
    }

    pub fn gone(&mut self, peer: &PeerId) {
        for session in self.all.values_mut() {
            session.good.remove(peer);
        }
    }

    pub fn circle(&self, sessions: &BTreeSet<u64>) -> Circle {
        let mut circle = Circle::default();
        for session in sessions.iter().filter_map(|id| self.all.get(id)) {
            circle.named.extend(session.providers.iter().copied());
            circle.good.extend(session.good.iter().copied());
            circle.may_come |= !session.dialing.is_empty();
        }
        circle
    }

    #[cfg(test)]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}
