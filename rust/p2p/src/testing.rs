//! Nodes in this process, over loopback, and a block store in memory.

use crate::abi::*;
use crate::bitswap::cid::Cid;
use crate::bitswap::cid::tests::raw;
use crate::blocks::Blocks;
use crate::c_node::hermes_p2p_node;
use crate::command::Work;
use crate::config::Config;
use crate::event::Event;
use libp2p::identity::Keypair;
use libp2p::{Multiaddr, PeerId};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::ffi::c_void;
use std::os::fd::BorrowedFd;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What is awaited in a test comes within it, on a machine that has much else to do.
const PATIENCE: Duration = Duration::from_secs(120);

pub const TCP: &str = "/ip4/127.0.0.1/tcp/0";
pub const QUIC: &str = "/ip4/127.0.0.1/udp/0/quic-v1";

/// Of a node that listens nowhere yet.
pub fn config() -> Config {
    let c = hermes_p2p_config {
        seed: [0; 32].as_ptr(),
        network_key: std::ptr::null(),
        listen: std::ptr::null(),
        listen_len: 0,
        bootstrap: std::ptr::null(),
        bootstrap_len: 0,
        agent: hermes_p2p_bytes::of(b"hermes/test"),
        wan: false,
        lan: true,
        mode: hermes_p2p_mode::Server,
        mdns: false,
        autonat: false,
        hole_punching: false,
        relay: false,
        one_host: true,
        max_connections: 0,
        max_connections_per_peer: 0,
        max_incoming: 0,
        max_memory: 0,
        idle_ms: 0,
        max_requests: 0,
        max_events: 0,
        max_event_bytes: 0,
        max_message: 0,
        verdict_ms: 0,
        max_topics: 0,
        max_topics_per_peer: 0,
        max_records: 0,
        max_record_bytes: 0,
        max_records_per_peer: 0,
        max_providers: 0,
        max_providers_per_peer: 0,
        max_wants_per_peer: 0,
        max_wants: 0,
        max_block_bytes: 0,
    };
    let mut config = unsafe { Config::from_c(&c) }.unwrap();
    config.key = Keypair::generate_ed25519();
    // A machine with much to do is not a node that hangs.
    config.hang = Duration::from_secs(60);
    config
}

#[derive(Clone, Default)]
pub struct MemoryBlocks(Arc<Mutex<HashMap<Vec<u8>, Vec<u8>>>>);

impl MemoryBlocks {
    /// As raw bytes.
    pub fn insert(&self, block: &[u8]) -> Cid {
        let cid = raw(block);
        let mut blocks = self.0.lock().unwrap();
        blocks.insert(cid.bytes().to_vec(), block.to_vec());
        cid
    }

    pub fn get(&self, cid: &Cid) -> Option<Vec<u8>> {
        self.0.lock().unwrap().get(&cid.bytes()[..]).cloned()
    }

    pub fn table(&self) -> Blocks {
        Blocks::new(self.c_table())
    }

    /// For as long as one of it lives.
    pub fn c_table(&self) -> hermes_p2p_blocks {
        type Map = Mutex<HashMap<Vec<u8>, Vec<u8>>>;
        unsafe extern "C" fn get(
            context: *mut c_void,
            cid: hermes_p2p_bytes,
            write: unsafe extern "C" fn(*mut c_void, hermes_p2p_bytes),
            into: *mut c_void,
        ) -> bool {
            let blocks = unsafe { &*context.cast::<Map>() }.lock().unwrap();
            let block = blocks.get(unsafe { cid.get() });
            let written = block.map(|block| unsafe { write(into, hermes_p2p_bytes::of(block)) });
            written.is_some()
        }
        unsafe extern "C" fn size(context: *mut c_void, cid: hermes_p2p_bytes) -> i64 {
            let blocks = unsafe { &*context.cast::<Map>() }.lock().unwrap();
            let block = blocks.get(unsafe { cid.get() });
            block.map_or(-1, |block| block.len() as i64)
        }
        unsafe extern "C" fn put(
            context: *mut c_void,
            cid: hermes_p2p_bytes,
            block: hermes_p2p_bytes,
        ) -> bool {
            let mut blocks = unsafe { &*context.cast::<Map>() }.lock().unwrap();
            let (cid, block) = unsafe { (cid.get().to_vec(), block.get().to_vec()) };
            blocks.insert(cid, block);
            true
        }
        hermes_p2p_blocks {
            context: Arc::as_ptr(&self.0).cast_mut().cast(),
            get,
            size,
            put: Some(put),
        }
    }
}

pub struct TestNode {
    pub node: hermes_p2p_node,
    pub blocks: MemoryBlocks,
    seen: RefCell<VecDeque<Event>>,
    last_request: Cell<u64>,
}

impl TestNode {
    /// Listens at these addresses when it returns.
    pub fn listening(at: &[&str], change: impl FnOnce(&mut Config)) -> Self {
        let mut config = config();
        config.listen = at.iter().map(|address| address.parse().unwrap()).collect();
        change(&mut config);
        let count = config.listen.len();
        let node = TestNode::start(config);
        let is_listening = |event: &Event| event.kind == hermes_p2p_event_kind::Listening;
        while node.count(is_listening) < count {
            node.wait_for_more();
        }
        node
    }

    pub fn new() -> Self {
        TestNode::listening(&[TCP, QUIC], |_| {})
    }

    pub fn start(config: Config) -> Self {
        let blocks = MemoryBlocks::default();
        TestNode {
            node: hermes_p2p_node::start(config, blocks.c_table()).unwrap(),
            blocks,
            seen: RefCell::default(),
            last_request: Cell::new(0),
        }
    }

    pub fn peer(&self) -> PeerId {
        self.node.shared.peer
    }

    /// At which it listens, with its peer id.
    pub fn address(&self, part: &str) -> Multiaddr {
        let seen = self.seen.borrow();
        let found = seen.iter().find(|event| {
            event.kind == hermes_p2p_event_kind::Listening && event.text.contains(part)
        });
        let found = &found.expect("it listens there").text;
        format!("{found}/p2p/{}", self.peer()).parse().unwrap()
    }

    pub fn ask_within(&self, deadline_ms: u64, work: Work) -> u64 {
        let request = self.last_request.get() + 1;
        self.last_request.set(request);
        let submitted = self.node.shared.submit(request, deadline_ms, work);
        submitted.unwrap();
        request
    }

    pub fn ask(&self, work: Work) -> u64 {
        self.ask_within(100_000, work)
    }

    pub fn end_of(&self, request: u64) -> Event {
        let is_end =
            |event: &Event| event.request == request && event.kind == hermes_p2p_event_kind::Done;
        self.wait(is_end)
    }

    pub fn status_of(&self, work: Work) -> hermes_p2p_status {
        self.end_of(self.ask(work)).status
    }

    pub fn ok(&self, work: Work) -> Event {
        let end = self.end_of(self.ask(work));
        assert_eq!(end.status, hermes_p2p_status::Ok, "{}", end.text);
        end
    }

    pub fn dial(&self, other: &TestNode, part: &str) {
        let end = self.ok(Work::Dial(None, vec![other.address(part)]));
        assert_eq!(end.peer, Some(other.peer()));
    }

    pub fn verdict(&self, message: &Event, verdict: hermes_p2p_verdict) -> hermes_p2p_status {
        let node = &raw const self.node;
        unsafe { crate::c_pubsub::hermes_p2p_verdict_give(node, message.token, verdict) }
    }

    /// The first event of which this is true, of those that came or come. All others stay.
    pub fn wait(&self, is: impl Fn(&Event) -> bool) -> Event {
        loop {
            let mut seen = self.seen.borrow_mut();
            if let Some(at) = seen.iter().position(&is) {
                return seen.remove(at).unwrap();
            }
            drop(seen);
            self.wait_for_more();
        }
    }

    pub fn wait_kind(&self, kind: hermes_p2p_event_kind) -> Event {
        self.wait(|event| event.kind == kind)
    }

    /// Those that have come, of which this is true.
    pub fn count(&self, is: impl Fn(&Event) -> bool) -> usize {
        let came = self.node.shared.outbox.take(usize::MAX);
        let mut seen = self.seen.borrow_mut();
        seen.extend(came);
        seen.iter().filter(|event| is(event)).count()
    }

    /// What has come.
    pub fn forget_all(&self) {
        self.node.shared.outbox.take(usize::MAX);
        self.seen.borrow_mut().clear();
    }

    fn wait_for_more(&self) {
        let until = Instant::now() + PATIENCE;
        loop {
            let came = self.node.shared.outbox.take(usize::MAX);
            if !came.is_empty() {
                self.seen.borrow_mut().extend(came);
                return;
            }
            let left = until.saturating_duration_since(Instant::now());
            let descriptor = self.node.shared.outbox.descriptor();
            let descriptor = unsafe { BorrowedFd::borrow_raw(descriptor) };
            let mut fds = [PollFd::new(&descriptor, PollFlags::IN)];
            let left = Timespec {
                tv_sec: left.as_secs() as i64,
                tv_nsec: left.subsec_nanos().into(),
            };
            let ready = poll(&mut fds, Some(&left)).unwrap();
            assert!(ready > 0, "it did not come; there came {:?}", self.seen);
        }
    }
}

impl Drop for TestNode {
    fn drop(&mut self) {
        self.node.stop(Duration::from_secs(10));
        self.node.shared.blocks.close();
    }
}
