//! The C interface: blocks of others, by bitswap.

// All that an entry reads is lent by C++.
#![allow(unsafe_op_in_unsafe_fn)]

use crate::abi::*;
use crate::bitswap::cid::Cid;
use crate::c_node::{hermes_p2p_node, peer as peer_of, submit};
use crate::command::{Command, Work};
use crate::guard::{guard, slice};
use crate::shared::Shared;

const MAX_CIDS: usize = 4096;
const MAX_PROVIDERS: usize = 256;

/// Fetches blocks, 4,096 at most, that are not in the store: `Block` for each CID, then `Done`, Ok
/// if all came. They are asked for in their order.
///
/// Asked are the peers of the session: those named here or before, which are dialled where needed,
/// and those that had its blocks; if there is none, all that are connected. NotFound for a block
/// says that all that were asked do not have it.
///
/// `session` is a number that the caller chooses, for blocks that one peer is likely to have all of
/// (a file); 0 is a session of this request alone.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_p2p_fetch(
    node: *const hermes_p2p_node,
    request: u64,
    deadline_ms: u64,
    session: u64,
    cids: *const hermes_p2p_bytes,
    cids_len: usize,
    providers: *const hermes_p2p_bytes,
    providers_len: usize,
) -> hermes_p2p_status {
    submit(node, request, deadline_ms, || {
        let cids = all(cids, cids_len)?;
        if providers_len > MAX_PROVIDERS {
            return None;
        }
        let providers = slice(providers, providers_len).iter();
        let providers = providers.map(|peer| peer_of(*peer));
        Some(Work::Fetch {
            session,
            cids,
            providers: providers.collect::<Option<_>>()?,
        })
    })
}

/// Forgets the session, and ends its requests with Cancelled.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_p2p_session_end(
    node: *const hermes_p2p_node,
    session: u64,
) -> hermes_p2p_status {
    guard(|| put(&(*node).shared, Command::EndSession(session)))
}

/// Blocks are in the store that were not before: peers that wait for one get it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_p2p_announce(
    node: *const hermes_p2p_node,
    cids: *const hermes_p2p_bytes,
    cids_len: usize,
) -> hermes_p2p_status {
    guard(|| {
        let cids = all(cids, cids_len).ok_or(hermes_p2p_status::Invalid)?;
        put(&(*node).shared, Command::Announce(cids))
    })
}

fn put(shared: &Shared, command: Command) -> Result<(), hermes_p2p_status> {
    if shared.is_stopping() {
        return Err(hermes_p2p_status::Stopped);
    }
    match shared.inbox.try_put(command) {
        true => Ok(()),
        false => Err(hermes_p2p_status::Busy),
    }
}

unsafe fn all(cids: *const hermes_p2p_bytes, len: usize) -> Option<Vec<Cid>> {
    if len > MAX_CIDS {
        return None;
    }
    let cids = slice(cids, len).iter();
    cids.map(|cid| Cid::parse(cid.get())).collect()
}
