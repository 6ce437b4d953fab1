//! What C++ asks the node to do, and the queue in which it waits.

use crate::abi::{hermes_p2p_dht, hermes_p2p_verdict};
use crate::bitswap::cid::Cid;
use crate::locked::Locked;
use crate::pubsub::Scoring;
use crate::verdicts::Offered;
use libp2p::{Multiaddr, PeerId};
use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use tokio::sync::Notify;

pub enum Command {
    Do(u64, Work),
    /// The request has ended; nobody waits for it.
    Abandon(u64),
    Verdict(Offered, hermes_p2p_verdict),
    EndSession(u64),
    Announce(Vec<Cid>),
    #[cfg(test)]
    Panic,
    #[cfg(test)]
    Hang(std::sync::mpsc::Receiver<()>),
}

/// A request: what the function of the C interface says that bears its name.
pub enum Work {
    Listen(Multiaddr),
    Unlisten(Multiaddr),
    Addresses,
    Peers,
    Dial(Option<PeerId>, Vec<Multiaddr>),
    Disconnect(PeerId),
    /// Until then, or until `Unblock`.
    Block(PeerId, Option<Instant>),
    Unblock(PeerId),
    Score(PeerId),
    Bootstrap(Vec<Multiaddr>),
    Subscribe(String, Scoring),
    Unsubscribe(String),
    Publish(String, Vec<u8>),
    Dht(hermes_p2p_dht, DhtWork),
    Fetch {
        session: u64,
        cids: Vec<Cid>,
        providers: Vec<PeerId>,
    },
}

/// A request to a hash table. A number is the most that is to be found.
pub enum DhtWork {
    Put {
        key: Vec<u8>,
        value: Vec<u8>,
        quorum: usize,
        ttl: Duration,
    },
    PutTo {
        peer: PeerId,
        key: Vec<u8>,
        value: Vec<u8>,
        ttl: Duration,
    },
    Keep {
        key: Vec<u8>,
        value: Vec<u8>,
        ttl: Duration,
    },
    Remove(Vec<u8>),
    Get(Vec<u8>, usize),
    Provide(Vec<u8>),
    Unprovide(Vec<u8>),
    FindProviders(Vec<u8>, usize),
    FindPeer(PeerId),
}

#[derive(Default)]
pub struct Inbox {
    queue: Mutex<VecDeque<Command>>,
    pub arrived: Notify,
}

impl Inbox {
    /// What is bounded elsewhere: by the requests, by the tokens.
    pub fn put(&self, command: Command) {
        self.queue.locked().push_back(command);
        self.arrived.notify_one();
    }

    /// What is bounded here; false if there is no room.
    pub fn try_put(&self, command: Command) -> bool {
        const MAX_WAITING: usize = 1 << 16;
        let has_room = self.queue.locked().len() < MAX_WAITING;
        if has_room {
            self.put(command);
        }
        has_room
    }

    pub fn take(&self) -> Option<Command> {
        self.queue.locked().pop_front()
    }
}
