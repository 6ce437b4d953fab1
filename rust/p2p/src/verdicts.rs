//! What waits for a verdict of C++: messages and records, under a token each.

use crate::abi::hermes_p2p_dht;
use crate::locked::Locked;
use libp2p::PeerId;
use libp2p::gossipsub::MessageId;
use libp2p::kad::Record;
use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// More are not kept waiting.
const MAX_WAITING: usize = 1 << 16;

#[derive(Debug)]
pub enum Offered {
    Message {
        id: MessageId,
        from: PeerId,
    },
    Record {
        dht: hermes_p2p_dht,
        record: Record,
        from: PeerId,
    },
}

pub struct Verdicts {
    within: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    last: u64,
    waiting: HashMap<u64, Offered>,
    by_age: VecDeque<(Instant, u64)>,
}

impl Verdicts {
    pub fn new(within: Duration) -> Self {
        Verdicts {
            within,
            state: Mutex::default(),
        }
    }

    /// The token, or what was offered if too many wait.
    pub fn await_one(&self, offered: Offered, now: Instant) -> Result<u64, Offered> {
        let mut state = self.state.locked();
        if state.waiting.len() >= MAX_WAITING {
            return Err(offered);
        }
        state.last += 1;
        let token = state.last;
        state.waiting.insert(token, offered);
        state.by_age.push_back((now + self.within, token));
        Ok(token)
    }

    /// None if it is too late.
    pub fn take(&self, token: u64) -> Option<Offered> {
        self.state.locked().waiting.remove(&token)
    }

    pub fn await_any(&self) -> bool {
        !self.state.locked().waiting.is_empty()
    }

    /// Those that waited too long.
    pub fn expire(&self, now: Instant) -> Vec<Offered> {
        let mut state = self.state.locked();
        let mut expired = Vec::new();
        while let Some((until, token)) = state.by_age.front().copied() {
            if until > now && state.waiting.contains_key(&token) {
                break;
            }
            state.by_age.pop_front();
            expired.extend(state.waiting.remove(&token));
        }
        expired
    }

    /// Of a node that is no more.
    pub fn clear(&self) {
        let mut state = self.state.locked();
        state.waiting.clear();
        state.by_age.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> Offered {
        Offered::Message {
            id: MessageId::from(vec![1]),
            from: PeerId::random(),
        }
    }

    #[test]
    fn a_verdict_is_given_once() {
        let verdicts = Verdicts::new(Duration::from_secs(1));
        let token = verdicts.await_one(message(), Instant::now()).unwrap();
        assert!(verdicts.take(token).is_some());
        assert!(verdicts.take(token).is_none());
        assert!(verdicts.take(token + 1).is_none());
    }

    #[test]
    fn what_waits_too_long_expires() {
        let verdicts = Verdicts::new(Duration::from_secs(1));
        let now = Instant::now();
        let token = verdicts.await_one(message(), now).unwrap();
        assert!(verdicts.expire(now).is_empty());
        assert_eq!(verdicts.expire(now + Duration::from_secs(1)).len(), 1);
        assert!(verdicts.take(token).is_none());
    }
}
