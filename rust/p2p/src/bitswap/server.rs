//! What peers want of us.
//!
//! A peer's wants wait in its queue until a job reads some of them from the store; there is one job
//! for a peer at a time, and none while much is on its way to it, so that a slow peer waits for
//! itself. What is not in the store is held until it is.

use super::cid::Cid;
use super::message::{Entry, Message};
use super::queue::WantQueue;
use crate::blocks::Blocks;
use bytes::Bytes;
use libp2p::PeerId;
use std::collections::{HashMap, HashSet};

/// A job reads so many wants, or so many bytes of blocks.
const JOB_WANTS: usize = 64;
const JOB_BYTES: usize = 512 << 10;
/// On the way to a peer, at most, before the next job.
const MAX_UNSENT: usize = 1 << 20;
/// So small a block is sent in place of saying that we have it.
const SMALL: usize = 1024;

pub struct Server {
    max_wants_per_peer: usize,
    peers: HashMap<PeerId, Ledger>,
    /// Who waits for a block that is not there.
    held: HashMap<Bytes, HashSet<PeerId>>,
}

#[derive(Default)]
struct Ledger {
    queue: WantQueue,
    held: HashMap<Bytes, Entry>,
    /// Wants that its job reads; 0: it has none.
    in_job: usize,
    unsent: usize,
}

/// What to read from the store for a peer.
pub struct Job {
    pub peer: PeerId,
    wants: Vec<Entry>,
}

/// What was read.
pub struct Read {
    pub peer: PeerId,
    pub message: Message,
    missing: Vec<Entry>,
    left: Vec<Entry>,
}

impl Server {
    pub fn new(max_wants_per_peer: usize) -> Self {
        Server {
            max_wants_per_peer,
            peers: HashMap::new(),
            held: HashMap::new(),
        }
    }

    pub fn held(&self) -> usize {
        self.peers.values().map(|ledger| ledger.held.len()).sum()
    }

    /// Of a message. Wants beyond the limit are ignored.
    pub fn wants(&mut self, peer: PeerId, wants: Vec<Entry>, full: bool) {
        if full {
            self.clear(&peer);
        }
        for want in wants {
            self.cancel(&peer, &want.cid);
            if want.cancel {
                continue;
            }
            let ledger = self.peers.entry(peer).or_default();
            let wanted = ledger.queue.len() + ledger.in_job + ledger.held.len();
            if wanted < self.max_wants_per_peer {
                ledger.queue.push(want);
            }
        }
    }

    pub fn next_job(&mut self, peer: PeerId) -> Option<Job> {
        let ledger = self.peers.get_mut(&peer)?;
        if ledger.in_job > 0 || ledger.unsent >= MAX_UNSENT || ledger.queue.is_empty() {
            return None;
        }
        let count = ledger.queue.len().min(JOB_WANTS);
        ledger.in_job = count;
        Some(Job {
            peer,
            wants: ledger.queue.take(count),
        })
    }

    /// The message of what was read, which is to be sent; its bytes count until `sent`.
    pub fn done(&mut self, read: Read) -> Message {
        // A peer that is gone, or came again meanwhile, has no job.
        let Some(ledger) = self.peers.get_mut(&read.peer).filter(|one| one.in_job > 0) else {
            return Message::default();
        };
        ledger.in_job = 0;
        ledger.queue.put_back(read.left);
        for want in read.missing {
            let waiting = self.held.entry(want.cid.clone()).or_default();
            waiting.insert(read.peer);
            ledger.held.insert(want.cid.clone(), want);
        }
        read.message
    }

    pub fn sending(&mut self, peer: &PeerId, bytes: usize) {
        if let Some(ledger) = self.peers.get_mut(peer) {
            ledger.unsent += bytes;
        }
    }

    pub fn sent(&mut self, peer: &PeerId, bytes: usize) {
        if let Some(ledger) = self.peers.get_mut(peer) {
            ledger.unsent = ledger.unsent.saturating_sub(bytes);
        }
    }

    /// It is in the store now. Returns who waited for it.
    pub fn arrived(&mut self, cid: &Cid) -> Vec<PeerId> {
        let waiting = self.held.remove(cid.bytes()).unwrap_or_default();
        for peer in &waiting {
            let ledger = self.peers.get_mut(peer).expect("who waits has a ledger");
            let want = ledger.held.remove(cid.bytes());
            want.into_iter().for_each(|want| ledger.queue.push(want));
        }
        waiting.into_iter().collect()
    }

    pub fn gone(&mut self, peer: &PeerId) {
        self.clear(peer);
        self.peers.remove(peer);
    }

    fn clear(&mut self, peer: &PeerId) {
        let Some(ledger) = self.peers.get_mut(peer) else {
            return;
        };
        ledger.queue.clear();
        for cid in std::mem::take(&mut ledger.held).into_keys() {
            forget(&mut self.held, &cid, peer);
        }
    }

    fn cancel(&mut self, peer: &PeerId, cid: &Bytes) {
        let Some(ledger) = self.peers.get_mut(peer) else {
            return;
        };
        ledger.queue.remove(cid);
        if ledger.held.remove(cid).is_some() {
            forget(&mut self.held, cid, peer);
        }
    }
}

fn forget(held: &mut HashMap<Bytes, HashSet<PeerId>>, cid: &Bytes, peer: &PeerId) {
    if let Some(waiting) = held.get_mut(cid) {
        waiting.remove(peer);
        if waiting.is_empty() {
            held.remove(cid);
        }
    }
}

impl Job {
    /// On a thread that may block.
    pub fn run(self, blocks: &Blocks) -> Read {
        let mut read = Read {
            peer: self.peer,
            message: Message::default(),
            missing: Vec::new(),
            left: Vec::new(),
        };
        let mut bytes = 0;
        for want in self.wants {
            if bytes >= JOB_BYTES {
                read.left.push(want);
                continue;
            }
            match find(&want, blocks) {
                Found::Block(cid, block) => {
                    bytes += block.len();
                    read.message.blocks.push((cid, block));
                }
                Found::Size => read.message.presences.push((want.cid, true)),
                Found::Nothing => {
                    if want.send_dont_have {
                        read.message.presences.push((want.cid.clone(), false));
                    }
                    read.missing.push(want);
                }
            }
        }
        read
    }
}

enum Found {
    Block(Cid, Bytes),
    /// There is such a block, and only that was asked.
    Size,
    Nothing,
}

fn find(want: &Entry, blocks: &Blocks) -> Found {
    let Some(cid) = Cid::parse(&want.cid) else {
        return Found::Nothing;
    };
    if want.have_only {
        match blocks.size(&want.cid) {
            Some(size) if size > SMALL => return Found::Size,
            Some(_) => {}
            None => return Found::Nothing,
        }
    }
    blocks
        .get(&want.cid)
        .map_or(Found::Nothing, |block| Found::Block(cid, block))
}

#[cfg(test)]
mod tests {
    use super::super::cid::tests::raw;
    use super::*;
    use crate::testing::MemoryBlocks;

    fn want(block: &[u8]) -> Entry {
        Entry {
            cid: raw(block).bytes().clone(),
            send_dont_have: true,
            ..Entry::default()
        }
    }

    fn serve(server: &mut Server, peer: PeerId, blocks: &Blocks) -> Message {
        let job = server.next_job(peer).unwrap();
        server.done(job.run(blocks))
    }

    #[test]
    fn what_is_there_is_sent_and_what_is_not_is_held_until_it_is() {
        let store = MemoryBlocks::default();
        let blocks = store.table();
        store.insert(b"here");
        let (mut server, peer) = (Server::new(9), PeerId::random());
        server.wants(peer, vec![want(b"here"), want(b"later")], false);
        let message = serve(&mut server, peer, &blocks);
        assert_eq!(message.blocks.len(), 1);
        assert_eq!(message.presences, [(want(b"later").cid, false)]);
        assert!(server.next_job(peer).is_none());
        assert_eq!(server.held(), 1);

        let cid = store.insert(b"later");
        assert_eq!(server.arrived(&cid), [peer]);
        let message = serve(&mut server, peer, &blocks);
        assert_eq!(message.blocks[0].1, &b"later"[..]);
        assert_eq!(server.held(), 0);
    }

    #[test]
    fn a_large_block_is_not_sent_to_who_asks_whether_it_is_there() {
        let store = MemoryBlocks::default();
        let large = vec![1; SMALL + 1];
        store.insert(&large);
        store.insert(b"small");
        let (mut server, peer) = (Server::new(9), PeerId::random());
        let ask = |block: &[u8]| Entry {
            have_only: true,
            ..want(block)
        };
        server.wants(peer, vec![ask(&large), ask(b"small"), ask(b"no")], false);
        let message = serve(&mut server, peer, &store.table());
        assert_eq!(message.blocks.len(), 1);
        assert_eq!(
            message.presences,
            [(ask(&large).cid, true), (ask(b"no").cid, false)]
        );
    }

    #[test]
    fn wants_are_bounded_cancelled_and_replaced() {
        let (mut server, peer) = (Server::new(3), PeerId::random());
        let many = (0..100_u8).map(|i| want(&[i])).collect();
        server.wants(peer, many, false);
        assert_eq!(server.peers[&peer].queue.len(), 3);
        let cancel = Entry {
            cancel: true,
            ..want(&[1])
        };
        server.wants(peer, vec![cancel], false);
        assert_eq!(server.peers[&peer].queue.len(), 2);
        server.wants(peer, vec![want(&[7]), want(&[7])], true);
        assert_eq!(server.next_job(peer).unwrap().wants, [want(&[7])]);
    }

    #[test]
    fn a_slow_peer_waits_for_itself() {
        let store = MemoryBlocks::default();
        let blocks = store.table();
        let large = |i: u8| vec![i; 400 << 10];
        let (mut server, peer) = (Server::new(99), PeerId::random());
        for i in 0..4 {
            store.insert(&large(i));
        }
        server.wants(peer, (0..4).map(|i| want(&large(i))).collect(), false);
        let message = serve(&mut server, peer, &blocks);
        assert_eq!(message.blocks.len(), 2);
        server.sending(&peer, MAX_UNSENT);
        assert!(server.next_job(peer).is_none());
        server.sent(&peer, 1);
        assert_eq!(serve(&mut server, peer, &blocks).blocks.len(), 2);
    }

    #[test]
    fn nothing_is_left_of_a_peer_that_is_gone() {
        let store = MemoryBlocks::default();
        let (mut server, peer) = (Server::new(9), PeerId::random());
        server.wants(peer, vec![want(b"1"), want(b"2")], false);
        let job = server.next_job(peer).unwrap();
        server.wants(peer, vec![want(b"3")], false);
        server.gone(&peer);
        assert!(server.done(job.run(&store.table())).is_empty());
        assert!(server.peers.is_empty() && server.held.is_empty());
    }
}
