//! The C interface: publish and subscribe.

// All that an entry reads is lent by C++.
#![allow(unsafe_op_in_unsafe_fn)]

use crate::abi::*;
use crate::c_node::{hermes_p2p_node, submit};
use crate::command::{Command, Work};
use crate::guard::guard;
use crate::pubsub::{MAX_TOPIC, Scoring};

/// Listens to a topic, of at most 256 bytes of UTF-8. `scoring` may be null. Again: changes the
/// scoring.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_p2p_subscribe(
    node: *const hermes_p2p_node,
    request: u64,
    deadline_ms: u64,
    topic: hermes_p2p_bytes,
    scoring: *const hermes_p2p_topic,
) -> hermes_p2p_status {
    submit(node, request, deadline_ms, || {
        let scoring = match scoring.is_null() {
            true => Scoring::default(),
            false => Scoring::from_c(&*scoring)?,
        };
        Some(Work::Subscribe(name(topic)?, scoring))
    })
}

/// NotFound if it does not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_p2p_unsubscribe(
    node: *const hermes_p2p_node,
    request: u64,
    deadline_ms: u64,
    topic: hermes_p2p_bytes,
) -> hermes_p2p_status {
    submit(node, request, deadline_ms, || {
        name(topic).map(Work::Unsubscribe)
    })
}

/// Signed with the node's key. `Done`: Ok when it is queued for a peer at least, with its sequence
/// in `number`; Unreachable if no peer listens to the topic; Busy if the queues of all peers are
/// full. It is not delivered to the node itself.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_p2p_publish(
    node: *const hermes_p2p_node,
    request: u64,
    deadline_ms: u64,
    topic: hermes_p2p_bytes,
    data: hermes_p2p_bytes,
) -> hermes_p2p_status {
    submit(node, request, deadline_ms, || {
        let is_too_large = data.len > (&*node).shared.config.max_message;
        let topic = name(topic).filter(|_| !is_too_large)?;
        Some(Work::Publish(topic, data.get().to_vec()))
    })
}

/// Of a `Message` or a `Record`; once. NotFound if it is too late. Never Busy.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_p2p_verdict_give(
    node: *const hermes_p2p_node,
    token: u64,
    verdict: hermes_p2p_verdict,
) -> hermes_p2p_status {
    guard(|| {
        let shared = &(*node).shared;
        let offered = shared.verdicts.take(token);
        let offered = offered.ok_or(hermes_p2p_status::NotFound)?;
        shared.inbox.put(Command::Verdict(offered, verdict));
        Ok(())
    })
}

unsafe fn name(topic: hermes_p2p_bytes) -> Option<String> {
    let text = topic.text()?;
    (1..=MAX_TOPIC).contains(&text.len()).then(|| text.into())
}
