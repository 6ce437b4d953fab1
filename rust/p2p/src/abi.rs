//! The types of the C interface.
//!
//! Calls put a request into a queue and return at once; what comes of it, and what peers send, is an
//! event that `hermes_p2p_poll` fetches. Each request has an id that the caller chooses, not 0 and
//! not that of a request that has not ended, a deadline, and exactly one event of the kind `Done`,
//! which is its last.
//!
//! What is passed in is copied during the call. Peers are in their binary form (a multihash), CIDs
//! too; addresses are multiaddr texts.

use std::ffi::c_void;

/// Bytes, lent.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct hermes_p2p_bytes {
    pub data: *const u8,
    pub len: usize,
}

/// What a call says at once, and how a request ended.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum hermes_p2p_status {
    /// At once: it is queued.
    Ok,
    /// A queue is full. Trying again later can succeed.
    Busy,
    /// An argument cannot be right, or the id is that of a request that has not ended.
    Invalid,
    /// The node is stopping.
    Stopped,
    /// There is none, of what was asked for.
    NotFound,
    /// The deadline passed.
    TimedOut,
    /// `hermes_p2p_cancel`, or the end of the session.
    Cancelled,
    /// A rule forbids it: a blocked peer, a limit.
    Refused,
    /// Nobody could be reached.
    Unreachable,
    /// The node failed and was rebuilt meanwhile.
    Restarted,
    /// The block store refused the block.
    StoreFailed,
    /// Anything else; the text says why.
    Failed,
    /// The library has an error.
    Panicked,
}

/// Of the three hash tables, which.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum hermes_p2p_dht {
    /// Of all of IPFS: `/ipfs/kad/1.0.0`, public addresses.
    Wan,
    /// Of nodes with private addresses: `/ipfs/lan/kad/1.0.0`.
    Lan,
    /// Of Hermes: `/hermes/kad/1.0.0`.
    App,
}

/// Whether the node answers the questions of others in hash tables.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum hermes_p2p_mode {
    /// As soon as others can reach it.
    Auto,
    Client,
    Server,
}

/// What is to become of what a peer sent.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum hermes_p2p_verdict {
    /// A message is forwarded, a record stored.
    Accept,
    /// It is not, and the peer it came from is worse for it.
    Reject,
    /// It is not.
    Ignore,
}

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum hermes_p2p_event_kind {
    // Of a request.
    /// Its end: `status`, `text`; more where the call says so.
    Done,
    /// `text` is an address, `peer` whose; `number` is 1 for one that others have confirmed.
    Address,
    /// A connected `peer`: `text` its address, `number` the microseconds of the last ping.
    Peer,
    /// A `value` that the hash table has for `key`; `peer` had it. It is not checked.
    Value,
    /// `peer` says that it has `key`.
    Provider,
    /// Of a CID, `key`: `status`, and the block in `value` if that is Ok. It is what the CID says.
    Block,

    // Without a request.
    /// The node listens on the address `text`.
    Listening,
    /// It no longer does.
    NotListening,
    /// The first connection with `peer`, at the address `text`; `number` is 1 if we dialled.
    Connected,
    /// The last connection with `peer` is gone.
    Disconnected,
    /// What `peer` says of itself: `text` is its agent.
    Identified,
    /// `peer` listens to the topic `key`, to which we do too.
    PeerSubscribed,
    PeerUnsubscribed,
    /// On the topic `key`, `author` published `value`, signed, as its message `number`; it came
    /// from `peer`. `token` awaits a verdict.
    Message,
    /// `peer` wants `value` stored for `key` in `dht`, by `author` if not empty, for `number`
    /// milliseconds. `token` awaits a verdict. Of the public tables, `key` is that of a name of IPNS;
    /// public keys, at `/pk/`, are checked and stored without asking.
    Record,
    /// Others can reach the node at the address `text`.
    Reachable,
    /// They no longer can.
    Unreachable,
    /// `peer` is in this network, at the address `text` (mDNS).
    Discovered,
    /// The node failed, for the reason `text`, and is being rebuilt.
    NodeFailed,
    /// It is rebuilt, with its listeners, topics, block list and bootstrap peers.
    NodeRebuilt,
    /// So many events (`number`) without a request were dropped since, because the queue was full.
    /// Dropped messages and records have been ignored.
    Dropped,
}

/// An event. What it points to is its own, until `hermes_p2p_event_release`; what a kind does not
/// use is zero.
#[repr(C)]
pub struct hermes_p2p_event {
    pub kind: hermes_p2p_event_kind,
    pub status: hermes_p2p_status,
    pub dht: hermes_p2p_dht,
    pub request: u64,
    pub number: u64,
    pub token: u64,
    pub score: f64,
    pub peer: hermes_p2p_bytes,
    pub author: hermes_p2p_bytes,
    pub key: hermes_p2p_bytes,
    pub value: hermes_p2p_bytes,
    /// UTF-8.
    pub text: hermes_p2p_bytes,
    pub memory: *mut c_void,
}

/// How a node is to be. A number that is 0 is that in brackets. All of it is copied.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct hermes_p2p_config {
    /// 32 bytes: the secret key of Ed25519 that is the node's identity.
    pub seed: *const u8,
    /// 32 bytes, or null: the key of a private network. QUIC is off in one.
    pub network_key: *const u8,
    /// Where to listen. Where it fails, it is tried again.
    pub listen: *const hermes_p2p_bytes,
    pub listen_len: usize,
    /// Addresses with `/p2p/…`, tried again and again while few peers are connected.
    pub bootstrap: *const hermes_p2p_bytes,
    pub bootstrap_len: usize,
    /// What the node says that it is: `hermes/0.1.0`.
    pub agent: hermes_p2p_bytes,

    /// Of the hash tables, which there are; that of Hermes always is.
    pub wan: bool,
    pub lan: bool,
    pub mode: hermes_p2p_mode,
    /// Finds nodes of the same network by multicast.
    pub mdns: bool,
    /// Asks others whether they can reach the node, and answers them.
    pub autonat: bool,
    /// Uses relays, and connects directly from there where that is possible.
    pub hole_punching: bool,
    /// Relays for others, within limits.
    pub relay: bool,
    /// Many nodes at one address are nothing bad: for networks within a machine.
    pub one_host: bool,

    /// Of connections, established: [256].
    pub max_connections: u32,
    /// [8]
    pub max_connections_per_peer: u32,
    /// Being set up by others: [64].
    pub max_incoming: u32,
    /// No more connections while the process has so many bytes resident; 0: no such limit.
    pub max_memory: u64,
    /// A connection that nobody uses is closed after: [60,000] ms.
    pub idle_ms: u32,

    /// Requests that have not ended: [4,096].
    pub max_requests: u32,
    /// Events without a request that wait: [8,192].
    pub max_events: u32,
    /// Their bytes: [64 MiB].
    pub max_event_bytes: u64,

    /// The largest message of a topic: [1 MiB].
    pub max_message: u32,
    /// A message or record without a verdict is ignored after: [15,000] ms.
    pub verdict_ms: u32,
    /// [1,024]
    pub max_topics: u32,
    /// Topics that a peer may listen to: [256].
    pub max_topics_per_peer: u32,

    /// Records that are stored for others in all tables: [16,384], their bytes: [64 MiB], and of
    /// these from one peer: [512]. Of the node's own there may be as many as of others.
    pub max_records: u32,
    pub max_record_bytes: u64,
    pub max_records_per_peer: u32,
    /// Providers that are stored for others: [65,536], of these from one peer: [4,096].
    pub max_providers: u32,
    pub max_providers_per_peer: u32,

    /// Blocks that a peer may want and that are not there yet: [1,024].
    pub max_wants_per_peer: u32,
    /// Blocks asked for at a time, of all sessions: [256].
    pub max_wants: u32,
    /// Bytes of fetched blocks whose events have not been released; more are not asked for
    /// meanwhile: [64 MiB].
    pub max_block_bytes: u64,
}

/// Where blocks come from and go to. The functions are called on threads of the library, several
/// at a time, may block, and never throw. `context` and the table's functions are used until
/// `hermes_p2p_free` returns.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct hermes_p2p_blocks {
    pub context: *mut c_void,
    /// Gives the block by calling `write(into, block)` once and returns true; false if it is not
    /// there. `write` copies.
    pub get: unsafe extern "C" fn(
        context: *mut c_void,
        cid: hermes_p2p_bytes,
        write: unsafe extern "C" fn(into: *mut c_void, block: hermes_p2p_bytes),
        into: *mut c_void,
    ) -> bool,
    /// The bytes of the block, or -1 if it is not there.
    pub size: unsafe extern "C" fn(context: *mut c_void, cid: hermes_p2p_bytes) -> i64,
    /// A block that was fetched, and is what the CID says. False if it cannot be kept; the event
    /// is then StoreFailed. Null: fetched blocks are not put.
    pub put: Option<
        unsafe extern "C" fn(
            context: *mut c_void,
            cid: hermes_p2p_bytes,
            block: hermes_p2p_bytes,
        ) -> bool,
    >,
}

/// How peers are scored on a topic. 0 is that in brackets.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct hermes_p2p_topic {
    /// How much the topic counts among others: [0.5].
    pub weight: f64,
    /// What a rejected message takes, squared: [20].
    pub invalid_penalty: f64,
    /// What a message gives that a peer was first to deliver: [0.5], of at most 100 messages.
    pub first_delivery: f64,
}

/// Since the node was made, or as it is now.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct hermes_p2p_stats {
    pub peers: u64,
    pub connections: u64,
    /// That came in and a limit, or the block list, forbade.
    pub connections_refused: u64,
    pub requests: u64,
    pub events: u64,
    pub dropped_events: u64,
    pub rebuilt: u64,
    pub topics: u64,
    pub messages_received: u64,
    pub messages_published: u64,
    pub messages_rejected: u64,
    /// Verdicts that did not come in time.
    pub verdicts_late: u64,
    pub wan_peers: u64,
    pub lan_peers: u64,
    pub app_peers: u64,
    pub records: u64,
    pub record_bytes: u64,
    pub providers: u64,
    /// Of peers, for which there was no room; providers too.
    pub records_refused: u64,
    pub blocks_received: u64,
    pub block_bytes_received: u64,
    pub blocks_sent: u64,
    pub block_bytes_sent: u64,
    /// That are not what was asked for.
    pub blocks_refused: u64,
    /// Peers whose frames were no bitswap, or too large.
    pub bitswap_errors: u64,
    /// Wants of peers that wait for a block.
    pub wants_held: u64,
    /// 1 while others are known to reach the node, without a relay.
    pub reachable: u64,
    /// Relays through which they can.
    pub relays: u64,
}
