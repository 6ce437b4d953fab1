//! The C interface: addresses and peers. `deadline_ms` counts from the call.

// All that an entry reads is lent by C++.
#![allow(unsafe_op_in_unsafe_fn)]

use crate::abi::*;
use crate::c_node::{hermes_p2p_node, peer as peer_of, submit};
use crate::command::Work;
use crate::config::{address as parse, addresses as parse_all, peer_of as peer_in};
use std::time::{Duration, Instant};

/// Listens on one more address. `Done` comes with the address that it became, in `text`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_p2p_listen(
    node: *const hermes_p2p_node,
    request: u64,
    deadline_ms: u64,
    address: hermes_p2p_bytes,
) -> hermes_p2p_status {
    submit(node, request, deadline_ms, || {
        parse(address).ok().map(Work::Listen)
    })
}

/// No longer listens on what `listen`, or the configuration, asked for, or what it became.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_p2p_unlisten(
    node: *const hermes_p2p_node,
    request: u64,
    deadline_ms: u64,
    address: hermes_p2p_bytes,
) -> hermes_p2p_status {
    submit(node, request, deadline_ms, || {
        parse(address).ok().map(Work::Unlisten)
    })
}

/// `Address` for each that the node has, with `/p2p/…`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_p2p_addresses(
    node: *const hermes_p2p_node,
    request: u64,
    deadline_ms: u64,
) -> hermes_p2p_status {
    submit(node, request, deadline_ms, || Some(Work::Addresses))
}

/// `Peer` for each that is connected.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_p2p_peers(
    node: *const hermes_p2p_node,
    request: u64,
    deadline_ms: u64,
) -> hermes_p2p_status {
    submit(node, request, deadline_ms, || Some(Work::Peers))
}

/// Connects. `peer` may be empty if an address says who it is, or if any is right; without addresses,
/// those that are known are tried. `Done` says which `peer` it is, at once if it is connected.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_p2p_dial(
    node: *const hermes_p2p_node,
    request: u64,
    deadline_ms: u64,
    peer: hermes_p2p_bytes,
    addresses: *const hermes_p2p_bytes,
    addresses_len: usize,
) -> hermes_p2p_status {
    submit(node, request, deadline_ms, || {
        let addresses = parse_all(addresses, addresses_len).ok()?;
        match peer.len {
            0 => Some(Work::Dial(None, addresses)),
            _ => Some(Work::Dial(Some(peer_of(peer)?), addresses)),
        }
    })
}

/// NotFound if it is not connected.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_p2p_disconnect(
    node: *const hermes_p2p_node,
    request: u64,
    deadline_ms: u64,
    peer: hermes_p2p_bytes,
) -> hermes_p2p_status {
    submit(node, request, deadline_ms, || {
        peer_of(peer).map(Work::Disconnect)
    })
}

/// Closes the connections with the peer and has no more of them, for `ttl_ms`, or until
/// `peer_unblock` if that is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_p2p_peer_block(
    node: *const hermes_p2p_node,
    request: u64,
    deadline_ms: u64,
    peer: hermes_p2p_bytes,
    ttl_ms: u64,
) -> hermes_p2p_status {
    submit(node, request, deadline_ms, || {
        let ttl = (ttl_ms > 0).then(|| Duration::from_millis(ttl_ms));
        let until = ttl.and_then(|ttl| Instant::now().checked_add(ttl));
        Some(Work::Block(peer_of(peer)?, until))
    })
}

/// NotFound if it is not blocked.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_p2p_peer_unblock(
    node: *const hermes_p2p_node,
    request: u64,
    deadline_ms: u64,
    peer: hermes_p2p_bytes,
) -> hermes_p2p_status {
    submit(node, request, deadline_ms, || {
        peer_of(peer).map(Work::Unblock)
    })
}

/// `Done` has the `score` of the peer in topics. NotFound if it is in none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_p2p_peer_score(
    node: *const hermes_p2p_node,
    request: u64,
    deadline_ms: u64,
    peer: hermes_p2p_bytes,
) -> hermes_p2p_status {
    submit(node, request, deadline_ms, || {
        peer_of(peer).map(Work::Score)
    })
}

/// In place of the bootstrap addresses of before. None: no bootstrapping.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_p2p_bootstrap_set(
    node: *const hermes_p2p_node,
    request: u64,
    deadline_ms: u64,
    addresses: *const hermes_p2p_bytes,
    addresses_len: usize,
) -> hermes_p2p_status {
    submit(node, request, deadline_ms, || {
        let addresses = parse_all(addresses, addresses_len).ok()?;
        let all_say_who = addresses.iter().all(|address| peer_in(address).is_some());
        all_say_who.then_some(Work::Bootstrap(addresses))
    })
}
