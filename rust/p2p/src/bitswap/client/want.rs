//! A block that is wanted.

use libp2p::PeerId;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::time::Instant;

/// Of some requests, in their sessions.
#[derive(Default)]
pub struct Want {
    pub requests: BTreeSet<u64>,
    pub sessions: BTreeSet<u64>,
    /// They do not have it.
    pub denied: HashSet<PeerId>,
    pub state: State,
}

#[derive(Default)]
pub enum State {
    /// In `Waiting`.
    #[default]
    Waiting,
    /// Until a peer that is being dialled is connected.
    Stalled,
    Asking(Asking),
    /// It came, and is being stored.
    Storing,
}

pub struct Asking {
    /// When it was last asked for.
    pub since: Instant,
    /// Who is asked for the block.
    pub block_from: Option<PeerId>,
    /// All that are asked, and who says that it has it.
    pub asked: BTreeMap<PeerId, bool>,
}

impl Want {
    pub fn is_waiting(&self) -> bool {
        matches!(self.state, State::Waiting)
    }

    pub fn is_asked_of(&self, peer: &PeerId) -> bool {
        self.asking()
            .is_some_and(|asking| asking.asked.contains_key(peer))
    }

    pub fn asking(&self) -> Option<&Asking> {
        match &self.state {
            State::Asking(asking) => Some(asking),
            _ => None,
        }
    }

    pub fn asking_mut(&mut self) -> Option<&mut Asking> {
        match &mut self.state {
            State::Asking(asking) => Some(asking),
            _ => None,
        }
    }

    /// The session in whose queue it waits.
    pub fn session(&self) -> u64 {
        *self.sessions.first().expect("a want has a session")
    }
}

impl Asking {
    /// Nobody yet.
    pub fn new(now: Instant) -> Self {
        Asking {
            since: now,
            block_from: None,
            asked: BTreeMap::new(),
        }
    }

    /// Who says that it has it, and is not asked for the block.
    pub fn other_that_has_it(&self) -> Option<PeerId> {
        let mut asked = self.asked.iter();
        let found = asked.find(|(peer, has)| **has && self.block_from.as_ref() != Some(*peer));
        found.map(|(peer, _)| *peer)
    }
}
