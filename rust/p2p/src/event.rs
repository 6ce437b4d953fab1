//! An event, and what C++ sees of it.

use crate::abi::*;
use bytes::Bytes;
use libp2p::PeerId;
use std::ffi::c_void;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Debug)]
pub struct Event {
    pub kind: hermes_p2p_event_kind,
    pub status: hermes_p2p_status,
    pub dht: hermes_p2p_dht,
    pub request: u64,
    pub number: u64,
    pub token: u64,
    pub score: f64,
    pub peer: Option<PeerId>,
    pub author: Option<PeerId>,
    pub key: Bytes,
    pub value: Bytes,
    pub text: String,
    /// What is given back when the event is released.
    #[allow(dead_code)]
    pub loan: Option<Arc<Loan>>,
}

impl Event {
    pub fn new(kind: hermes_p2p_event_kind) -> Self {
        Event {
            kind,
            status: hermes_p2p_status::Ok,
            dht: hermes_p2p_dht::Wan,
            request: 0,
            number: 0,
            token: 0,
            score: 0.0,
            peer: None,
            author: None,
            key: Bytes::new(),
            value: Bytes::new(),
            text: String::new(),
            loan: None,
        }
    }

    pub fn done(status: hermes_p2p_status) -> Self {
        Event {
            status,
            ..Event::new(hermes_p2p_event_kind::Done)
        }
    }

    pub fn failed(status: hermes_p2p_status, why: impl ToString) -> Self {
        Event {
            text: why.to_string(),
            ..Event::done(status)
        }
    }

    /// What it takes in memory, about.
    pub fn bytes(&self) -> u64 {
        const OVERHEAD: usize = 256;
        (OVERHEAD + self.key.len() + self.value.len() + self.text.len()) as u64
    }

    /// As C++ sees it, which then owns it.
    pub fn into_c(self) -> hermes_p2p_event {
        let owned = Box::new(Owned {
            peer: self.peer.map(PeerId::to_bytes).unwrap_or_default(),
            author: self.author.map(PeerId::to_bytes).unwrap_or_default(),
            event: self,
        });
        let event = &owned.event;
        hermes_p2p_event {
            kind: event.kind,
            status: event.status,
            dht: event.dht,
            request: event.request,
            number: event.number,
            token: event.token,
            score: event.score,
            peer: hermes_p2p_bytes::of(&owned.peer),
            author: hermes_p2p_bytes::of(&owned.author),
            key: hermes_p2p_bytes::of(&event.key),
            value: hermes_p2p_bytes::of(&event.value),
            text: hermes_p2p_bytes::of(event.text.as_bytes()),
            memory: Box::into_raw(owned).cast(),
        }
    }
}

struct Owned {
    peer: Vec<u8>,
    author: Vec<u8>,
    event: Event,
}

/// # Safety
/// `memory` is that of an event of `into_c`, once.
pub unsafe fn release(memory: *mut c_void) {
    if !memory.is_null() {
        drop(unsafe { Box::from_raw(memory.cast::<Owned>()) });
    }
}

/// So many bytes are lent to C++.
#[derive(Default)]
pub struct Lent {
    bytes: AtomicU64,
    /// Runs when some were given back, on any thread.
    pub returned: tokio::sync::Notify,
}

impl Lent {
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    pub fn lend(self: &Arc<Self>, bytes: usize) -> Arc<Loan> {
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
        Arc::new(Loan {
            of: self.clone(),
            bytes: bytes as u64,
        })
    }
}

/// Bytes that are lent while it lives.
pub struct Loan {
    of: Arc<Lent>,
    bytes: u64,
}

impl std::fmt::Debug for Loan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.bytes)
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        self.of.bytes.fetch_sub(self.bytes, Ordering::Relaxed);
        self.of.returned.notify_one();
    }
}
