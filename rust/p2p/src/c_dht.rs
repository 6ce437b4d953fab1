//! The C interface: the hash tables. Keys have at most 512 bytes, values 64 KiB.

// All that an entry reads is lent by C++.
#![allow(unsafe_op_in_unsafe_fn)]

use crate::abi::*;
use crate::c_node::{hermes_p2p_node, peer as peer_of, submit};
use crate::command::{DhtWork, Work};
use crate::records::{MAX_KEY, MAX_VALUE};
use std::time::Duration;

/// More than this a table is not asked for.
const MAX_FOUND: u32 = 1024;

/// Stores a record here and with the nodes that are nearest to the key, for `ttl_ms` (0: 48 hours).
/// `Done`: Ok when `quorum` of them, at least 1, have it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_p2p_dht_put(
    node: *const hermes_p2p_node,
    request: u64,
    deadline_ms: u64,
    dht: hermes_p2p_dht,
    key: hermes_p2p_bytes,
    value: hermes_p2p_bytes,
    quorum: u32,
    ttl_ms: u64,
) -> hermes_p2p_status {
    ask(node, request, deadline_ms, dht, || {
        let (key, value) = (key_of(key)?, value_of(value)?);
        let (quorum, ttl) = (quorum as usize, ttl_of(ttl_ms));
        Some(DhtWork::Put {
            key,
            value,
            quorum,
            ttl,
        })
    })
}

/// Stores a record with one peer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_p2p_dht_put_to(
    node: *const hermes_p2p_node,
    request: u64,
    deadline_ms: u64,
    dht: hermes_p2p_dht,
    peer: hermes_p2p_bytes,
    key: hermes_p2p_bytes,
    value: hermes_p2p_bytes,
    ttl_ms: u64,
) -> hermes_p2p_status {
    ask(node, request, deadline_ms, dht, || {
        let (key, value) = (key_of(key)?, value_of(value)?);
        let (peer, ttl) = (peer_of(peer)?, ttl_of(ttl_ms));
        Some(DhtWork::PutTo {
            peer,
            key,
            value,
            ttl,
        })
    })
}

/// Stores a record here alone, as if a verdict had accepted it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_p2p_dht_keep(
    node: *const hermes_p2p_node,
    request: u64,
    deadline_ms: u64,
    dht: hermes_p2p_dht,
    key: hermes_p2p_bytes,
    value: hermes_p2p_bytes,
    ttl_ms: u64,
) -> hermes_p2p_status {
    ask(node, request, deadline_ms, dht, || {
        let (key, value) = (key_of(key)?, value_of(value)?);
        let ttl = ttl_of(ttl_ms);
        Some(DhtWork::Keep { key, value, ttl })
    })
}

/// Removes the record that is stored here.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_p2p_dht_remove(
    node: *const hermes_p2p_node,
    request: u64,
    deadline_ms: u64,
    dht: hermes_p2p_dht,
    key: hermes_p2p_bytes,
) -> hermes_p2p_status {
    ask(node, request, deadline_ms, dht, || {
        key_of(key).map(DhtWork::Remove)
    })
}

/// `Value` for each different value that is found, here and with others, `max` at most. `Done`:
/// NotFound if there was none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_p2p_dht_get(
    node: *const hermes_p2p_node,
    request: u64,
    deadline_ms: u64,
    dht: hermes_p2p_dht,
    key: hermes_p2p_bytes,
    max: u32,
) -> hermes_p2p_status {
    ask(node, request, deadline_ms, dht, || {
        Some(DhtWork::Get(key_of(key)?, at_most(max)))
    })
}

/// Says that the node has what the key, a multihash, names. Peers keep that for 48 hours, the node
/// until `dht_unprovide`. `Done`: Ok when a peer knows; Unreachable, if there is none, it stays provided.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_p2p_dht_provide(
    node: *const hermes_p2p_node,
    request: u64,
    deadline_ms: u64,
    dht: hermes_p2p_dht,
    key: hermes_p2p_bytes,
) -> hermes_p2p_status {
    ask(node, request, deadline_ms, dht, || {
        key_of(key).map(DhtWork::Provide)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_p2p_dht_unprovide(
    node: *const hermes_p2p_node,
    request: u64,
    deadline_ms: u64,
    dht: hermes_p2p_dht,
    key: hermes_p2p_bytes,
) -> hermes_p2p_status {
    ask(node, request, deadline_ms, dht, || {
        key_of(key).map(DhtWork::Unprovide)
    })
}

/// `Provider` for each that is found, `max` at most. `Done`: NotFound if there was none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_p2p_dht_find_providers(
    node: *const hermes_p2p_node,
    request: u64,
    deadline_ms: u64,
    dht: hermes_p2p_dht,
    key: hermes_p2p_bytes,
    max: u32,
) -> hermes_p2p_status {
    ask(node, request, deadline_ms, dht, || {
        Some(DhtWork::FindProviders(key_of(key)?, at_most(max)))
    })
}

/// `Address` for each that the peer has. `Done`: NotFound if there was none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_p2p_dht_find_peer(
    node: *const hermes_p2p_node,
    request: u64,
    deadline_ms: u64,
    dht: hermes_p2p_dht,
    peer: hermes_p2p_bytes,
) -> hermes_p2p_status {
    ask(node, request, deadline_ms, dht, || {
        peer_of(peer).map(DhtWork::FindPeer)
    })
}

unsafe fn ask(
    node: *const hermes_p2p_node,
    request: u64,
    deadline_ms: u64,
    dht: hermes_p2p_dht,
    work: impl FnOnce() -> Option<DhtWork>,
) -> hermes_p2p_status {
    let work = || work().map(|work| Work::Dht(dht, work));
    submit(node, request, deadline_ms, work)
}

unsafe fn key_of(bytes: hermes_p2p_bytes) -> Option<Vec<u8>> {
    (bytes.len <= MAX_KEY).then(|| bytes.get().to_vec())
}

unsafe fn value_of(bytes: hermes_p2p_bytes) -> Option<Vec<u8>> {
    (bytes.len <= MAX_VALUE).then(|| bytes.get().to_vec())
}

fn at_most(max: u32) -> usize {
    max.clamp(1, MAX_FOUND) as usize
}

fn ttl_of(ms: u64) -> Duration {
    const LONGEST: Duration = Duration::from_secs(48 * 60 * 60);
    match ms {
        0 => LONGEST,
        ms => Duration::from_millis(ms).min(LONGEST),
    }
}
