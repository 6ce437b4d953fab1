//! The C interface as C++ uses it.

use crate::abi::*;
use crate::c_blocks::*;
use crate::c_dht::*;
use crate::c_node::*;
use crate::c_peers::*;
use crate::c_pubsub::*;
use crate::testing::{MemoryBlocks, TCP};
use std::ffi::CStr;
use std::ptr::null;

fn bytes(of: &[u8]) -> hermes_p2p_bytes {
    hermes_p2p_bytes::of(of)
}

fn c_config(seed: &[u8; 32], listen: &[hermes_p2p_bytes]) -> hermes_p2p_config {
    // Safety: all of it is numbers, flags, pointers that may be null and enums with a zero.
    let mut config: hermes_p2p_config = unsafe { std::mem::zeroed() };
    config.seed = seed.as_ptr();
    config.listen = listen.as_ptr();
    config.listen_len = listen.len();
    config.agent = bytes(b"hermes/test");
    config.lan = true;
    config.one_host = true;
    config
}

fn new(config: &hermes_p2p_config, blocks: &MemoryBlocks) -> Result<*mut hermes_p2p_node, String> {
    let mut node = std::ptr::null_mut();
    let mut why = [1; 64];
    let table = blocks.c_table();
    let status = unsafe { hermes_p2p_new(config, &table, &mut node, why.as_mut_ptr(), why.len()) };
    match status {
        hermes_p2p_status::Ok => Ok(node),
        _ => Err(unsafe { CStr::from_ptr(why.as_ptr()) }
            .to_str()
            .unwrap()
            .into()),
    }
}

/// The next event of this kind; those before it are released.
fn next(node: *mut hermes_p2p_node, kind: hermes_p2p_event_kind) -> hermes_p2p_event {
    loop {
        let mut event = unsafe { std::mem::zeroed() };
        match unsafe { hermes_p2p_poll(node, &mut event, 1) } {
            0 => std::thread::yield_now(),
            _ if event.kind == kind => return event,
            _ => unsafe { hermes_p2p_event_release(&mut event, 1) },
        }
    }
}

#[test]
fn events_outlive_the_node() {
    let blocks = MemoryBlocks::default();
    let listen = [bytes(TCP.as_bytes())];
    let node = new(&c_config(&[7; 32], &listen), &blocks).unwrap();
    let mut event = next(node, hermes_p2p_event_kind::Listening);
    let peer = unsafe { hermes_p2p_peer(node).get() };
    assert_eq!(
        (peer.len(), &peer[..6]),
        (38, &[0, 0x24, 8, 1, 0x12, 0x20][..])
    );
    assert!(unsafe { hermes_p2p_event_fd(node) } >= 0);
    unsafe {
        hermes_p2p_stop(node, 10_000);
        hermes_p2p_stop(node, 10_000);
        hermes_p2p_free(node);
        assert!(
            event
                .text
                .text()
                .unwrap()
                .starts_with("/ip4/127.0.0.1/tcp/")
        );
        hermes_p2p_event_release(&mut event, 1);
    }
}

#[test]
fn what_is_wrong_is_said_at_once() {
    let blocks = MemoryBlocks::default();
    let wrong = [bytes(b"/ip4/nowhere")];
    let why = new(&c_config(&[7; 32], &wrong), &blocks).unwrap_err();
    assert!(why.contains("no address"), "{why}");
    let mut config = c_config(&[7; 32], &[]);
    config.seed = null();
    assert!(new(&config, &blocks).unwrap_err().contains("key"));

    let node = new(&c_config(&[7; 32], &[]), &blocks).unwrap();
    let peer = unsafe { hermes_p2p_peer(node) };
    let (good, bad) = (bytes(TCP.as_bytes()), bytes(b"bad"));
    let long = vec![b'x'; 70_000];
    let (long, none) = (bytes(&long), bytes(b""));
    let app = hermes_p2p_dht::App;
    let identity = [bytes(&[1, 0x55, 0, 1, 7])];
    unsafe {
        for status in [
            hermes_p2p_listen(node, 1, 1000, bad),
            hermes_p2p_listen(node, 0, 1000, good),
            hermes_p2p_listen(node, 1, 0, good),
            hermes_p2p_disconnect(node, 1, 1000, bad),
            hermes_p2p_dial(node, 1, 1000, bad, null(), 0),
            hermes_p2p_bootstrap_set(node, 1, 1000, &good, 1),
            hermes_p2p_subscribe(node, 1, 1000, none, null()),
            hermes_p2p_subscribe(node, 1, 1000, long, null()),
            hermes_p2p_publish(node, 1, 1000, bytes(b"\xff"), good),
            hermes_p2p_dht_put(node, 1, 1000, app, long, good, 1, 0),
            hermes_p2p_dht_put(node, 1, 1000, app, good, long, 1, 0),
            hermes_p2p_dht_find_peer(node, 1, 1000, app, bad),
            hermes_p2p_fetch(node, 1, 1000, 0, identity.as_ptr(), 1, null(), 0),
            hermes_p2p_announce(node, &bad, 1),
        ] {
            assert_eq!(status, hermes_p2p_status::Invalid);
        }
        assert_eq!(hermes_p2p_cancel(node, 1), hermes_p2p_status::NotFound);
        let verdict = hermes_p2p_verdict::Accept;
        assert_eq!(
            hermes_p2p_verdict_give(node, 1, verdict),
            hermes_p2p_status::NotFound
        );

        // Nothing came of all that.
        assert_eq!(
            hermes_p2p_dial(node, 1, 1000, peer, null(), 0),
            hermes_p2p_status::Ok
        );
        let mut event = next(node, hermes_p2p_event_kind::Done);
        assert_eq!(
            (event.request, event.status),
            (1, hermes_p2p_status::Refused)
        );
        hermes_p2p_event_release(&mut event, 1);
        let mut stats = hermes_p2p_stats::default();
        assert_eq!(hermes_p2p_stats_of(node, &mut stats), hermes_p2p_status::Ok);
        assert_eq!((stats.requests, stats.events), (0, 0));
        hermes_p2p_free(node);
    }
}
