//! The C interface: the node and its events.

use crate::abi::*;
use crate::blocks::Blocks;
use crate::command::{Command, Work};
use crate::config::Config;
use crate::event::{self, Event};
use crate::guard::{guard, slice};
use crate::locked::Locked;
use crate::shared::Shared;
use crate::supervisor::Supervisor;
use libp2p::PeerId;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

pub struct hermes_p2p_node {
    pub(crate) shared: Arc<Shared>,
    supervisor: Supervisor,
}

impl hermes_p2p_node {
    pub(crate) fn start(config: Config, blocks: hermes_p2p_blocks) -> std::io::Result<Self> {
        let shared = Arc::new(Shared::new(config, Blocks::new(blocks))?);
        Ok(hermes_p2p_node {
            supervisor: Supervisor::start(shared.clone())?,
            shared,
        })
    }

    pub(crate) fn stop(&self, grace: Duration) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        self.shared.inbox.arrived.notify_one();
        self.supervisor.wait(grace);
    }
}

/// Puts a request into the queue, unless `work` finds an argument wrong.
pub(crate) unsafe fn submit(
    node: *const hermes_p2p_node,
    request: u64,
    deadline_ms: u64,
    work: impl FnOnce() -> Option<Work>,
) -> hermes_p2p_status {
    guard(|| {
        let node = unsafe { &*node };
        let work = work().ok_or(hermes_p2p_status::Invalid)?;
        node.shared.submit(request, deadline_ms, work)
    })
}

/// # Safety
/// They are lent.
pub(crate) unsafe fn peer(bytes: hermes_p2p_bytes) -> Option<PeerId> {
    PeerId::from_bytes(unsafe { bytes.get() }).ok()
}

/// A node that is starting: it listens and dials on its own threads. On failure nothing is made,
/// and why is written to `why`, which has `why_size` bytes, with a zero at its end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_p2p_new(
    config: *const hermes_p2p_config,
    blocks: *const hermes_p2p_blocks,
    out: *mut *mut hermes_p2p_node,
    why: *mut std::ffi::c_char,
    why_size: usize,
) -> hermes_p2p_status {
    let mut text = String::new();
    let status = guard(|| {
        let made = unsafe { Config::from_c(&*config) }.and_then(|config| {
            hermes_p2p_node::start(config, unsafe { *blocks }).map_err(|why| why.to_string())
        });
        let node = made.map_err(|why| {
            text = why;
            hermes_p2p_status::Invalid
        })?;
        unsafe { out.write(Box::into_raw(Box::new(node))) };
        Ok(())
    });
    if why_size > 0 {
        let len = text.len().min(why_size - 1);
        unsafe {
            std::ptr::copy_nonoverlapping(text.as_ptr(), why.cast(), len);
            why.add(len).write(0);
        }
    }
    status
}

/// Ends all requests and connections, and waits for that, at most `grace_ms`. Events that are there
/// can be polled. More calls do nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_p2p_stop(node: *mut hermes_p2p_node, grace_ms: u64) {
    guard(|| {
        unsafe { &*node }.stop(Duration::from_millis(grace_ms));
        Ok(())
    });
}

/// Stops the node, and waits until no function of the block store runs. Nobody may use the node
/// meanwhile; events live on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_p2p_free(node: *mut hermes_p2p_node) {
    guard(|| {
        let node = unsafe { Box::from_raw(node) };
        node.stop(Duration::ZERO);
        node.supervisor.join();
        node.shared.blocks.close();
        Ok(())
    });
}

/// The node's peer id; it lives as long as the node.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_p2p_peer(node: *const hermes_p2p_node) -> hermes_p2p_bytes {
    hermes_p2p_bytes::of(&unsafe { &*node }.shared.peer_bytes)
}

/// A descriptor that can be read from while there are events. The node owns it and resets it; it is
/// only waited on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_p2p_event_fd(node: *const hermes_p2p_node) -> i32 {
    unsafe { &*node }.shared.outbox.descriptor()
}

/// Takes at most `max` events that are there, the oldest of requests and of the others in turn, and
/// returns how many. Events of requests are in order, and so are the others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_p2p_poll(
    node: *const hermes_p2p_node,
    events: *mut hermes_p2p_event,
    max: usize,
) -> usize {
    let poll = || {
        let taken = unsafe { &*node }.shared.outbox.take(max);
        let count = taken.len();
        for (i, event) in taken.into_iter().map(Event::into_c).enumerate() {
            unsafe { events.add(i).write(event) };
        }
        count
    };
    catch_unwind(AssertUnwindSafe(poll)).unwrap_or(0)
}

/// Once for each event; on any thread, also after the end of the node.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_p2p_event_release(events: *mut hermes_p2p_event, count: usize) {
    guard(|| {
        for event in unsafe { slice(events, count) } {
            unsafe { event::release(event.memory) };
        }
        Ok(())
    });
}

/// Ends a request: `Done` comes with Cancelled, unless it has ended. NotFound if there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_p2p_cancel(
    node: *const hermes_p2p_node,
    request: u64,
) -> hermes_p2p_status {
    guard(|| {
        let shared = &unsafe { &*node }.shared;
        let cancelled = Event::done(hermes_p2p_status::Cancelled);
        if !shared.requests.end(request, cancelled) {
            return Err(hermes_p2p_status::NotFound);
        }
        shared.inbox.put(Command::Abandon(request));
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_p2p_stats_of(
    node: *const hermes_p2p_node,
    stats: *mut hermes_p2p_stats,
) -> hermes_p2p_status {
    guard(|| {
        let shared = &unsafe { &*node }.shared;
        let stats = unsafe { &mut *stats };
        *stats = hermes_p2p_stats::default();
        shared.stats.write(stats);
        stats.requests = shared.requests.len() as u64;
        (stats.events, stats.dropped_events) = shared.outbox.counts();
        let (records, bytes, providers) = shared.records.locked().counts();
        stats.records = records as u64;
        stats.record_bytes = bytes;
        stats.providers = providers as u64;
        Ok(())
    })
}
