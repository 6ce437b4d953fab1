//! What the threads of a node share, and what outlives a failure of it.

use crate::abi::{hermes_p2p_dht, hermes_p2p_status as Status};
use crate::blocks::Blocks;
use crate::command::{Command, Inbox, Work};
use crate::config::Config;
use crate::desired::{Desired, Listen};
use crate::event::Lent;
use crate::outbox::Outbox;
use crate::records::Records;
use crate::requests::Requests;
use crate::stats::Stats;
use crate::verdicts::Verdicts;
use libp2p::PeerId;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

pub struct Shared {
    pub config: Config,
    pub peer: PeerId,
    pub peer_bytes: Vec<u8>,
    pub blocks: Blocks,
    pub outbox: Arc<Outbox>,
    pub requests: Requests,
    pub verdicts: Verdicts,
    pub inbox: Inbox,
    pub desired: Mutex<Desired>,
    pub records: Arc<Mutex<Records>>,
    pub lent: Arc<Lent>,
    pub stats: Stats,
    pub stopping: AtomicBool,
    /// Of the swarm that is now; one that finds another number here ends.
    pub generation: AtomicU64,
    /// Goes up while the swarm is alive.
    pub pulse: AtomicU64,
}

impl Shared {
    pub fn new(config: Config, blocks: Blocks) -> std::io::Result<Self> {
        let outbox = Arc::new(Outbox::new(config.max_events, config.max_event_bytes)?);
        let peer = config.key.public().to_peer_id();
        let peer_bytes = peer.to_bytes();
        Ok(Shared {
            peer,
            peer_bytes,
            blocks,
            requests: Requests::new(config.max_requests, outbox.clone()),
            verdicts: Verdicts::new(config.verdict_within),
            inbox: Inbox::default(),
            desired: Mutex::new(Desired {
                listen: config.listen.iter().cloned().map(Listen::new).collect(),
                bootstrap: config.bootstrap.clone(),
                ..Desired::default()
            }),
            records: Arc::new(Mutex::new(Records::new(&config, peer))),
            lent: Arc::default(),
            stats: Stats::default(),
            stopping: AtomicBool::new(false),
            generation: AtomicU64::new(0),
            pulse: AtomicU64::new(0),
            outbox,
            config,
        })
    }

    pub fn submit(&self, request: u64, deadline_ms: u64, work: Work) -> Result<(), Status> {
        const LONGEST: u64 = 24 * 60 * 60 * 1000;
        if deadline_ms == 0 {
            return Err(Status::Invalid);
        }
        let deadline = Instant::now() + Duration::from_millis(deadline_ms.min(LONGEST));
        self.requests.open(request, deadline)?;
        // After it is open: a stop that comes now ends it.
        if self.is_stopping() && self.requests.take_back(request) {
            return Err(Status::Stopped);
        }
        self.inbox.put(Command::Do(request, work));
        Ok(())
    }

    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    pub fn has(&self, dht: hermes_p2p_dht) -> bool {
        match dht {
            hermes_p2p_dht::Wan => self.config.wan,
            hermes_p2p_dht::Lan => self.config.lan,
            hermes_p2p_dht::App => true,
        }
    }
}
