//! What we want of peers.
//!
//! A block is asked for from one peer that is likely to have it, while others are asked whether they
//! do; who says no is asked no more, and the next one is. Wants beyond the limits wait in their order,
//! those of all sessions in turn. A machine without clock, thread or network: what it is told are
//! facts, what it returns is to be sent and to be said.
//!
//! | module | what it is |
//! |---|---|
//! | `requests`, `sessions` | who wants |
//! | `want`, `waiting` | what is wanted, and what of it nobody is asked for yet |
//! | `peers`, `asking` | who is there, and who is asked for what |

mod asking;
mod peers;
mod requests;
mod sessions;
mod waiting;
mod want;

pub use requests::Said;

use super::cid::Cid;
use super::message::Message;
use crate::abi::hermes_p2p_status as Status;
use bytes::Bytes;
use libp2p::PeerId;
use peers::Peers;
use requests::Requests;
use sessions::Sessions;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::{Duration, Instant};
use waiting::Waiting;
use want::{State, Want};

/// A peer that has not answered within it is passed over.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Default)]
pub struct Client {
    max_wants: usize,
    wants: HashMap<Cid, Want>,
    waiting: Waiting,
    sessions: Sessions,
    requests: Requests,
    peers: Peers,
    /// Wants that are asked for.
    asking: usize,
    outgoing: BTreeMap<PeerId, Message>,
    to_dial: Vec<PeerId>,
}

impl Client {
    pub fn new(max_wants: usize) -> Self {
        Client {
            max_wants,
            ..Client::default()
        }
    }

    pub fn fetch(&mut self, request: u64, session: u64, cids: Vec<Cid>, providers: Vec<PeerId>) {
        let session = match session {
            0 => sessions::of_one(request),
            session => session,
        };
        let peers = &self.peers;
        let is_connected = |peer: &PeerId| peers.is_connected(peer);
        let to_dial = self
            .sessions
            .join(session, request, providers, is_connected);
        self.to_dial.extend(to_dial);
        let mut left = HashSet::new();
        for cid in cids {
            if !left.insert(cid.clone()) {
                continue;
            }
            let want = self.wants.entry(cid.clone()).or_insert_with(|| {
                self.waiting.push_back(session, cid);
                Want::default()
            });
            want.requests.insert(request);
            want.sessions.insert(session);
        }
        self.requests.open(request, session, left);
        self.end_if_done(request);
    }

    /// The request has ended: nothing is said of it.
    pub fn abandon(&mut self, request: u64) {
        let Some(abandoned) = self.requests.abandon(request) else {
            return;
        };
        for cid in abandoned.left {
            let Some(want) = self.wants.get_mut(&cid) else {
                continue;
            };
            want.requests.remove(&request);
            if want.requests.is_empty() && !matches!(want.state, State::Storing) {
                self.drop_want(&cid);
            }
        }
        let wants = &self.wants;
        self.waiting
            .tidy(abandoned.session, |cid| is_waiting(wants, cid));
        self.sessions.leave(abandoned.session, request);
    }

    /// Returns its requests, which are to end.
    pub fn end_session(&mut self, session: u64) -> Vec<u64> {
        let requests = self.sessions.requests(session);
        requests.iter().for_each(|request| self.abandon(*request));
        self.sessions.end(session);
        requests
    }

    pub fn connected(&mut self, peer: PeerId) {
        self.peers.connected(peer);
        self.sessions.dialed(&peer);
        self.wake_stalled();
    }

    /// It could not be reached.
    pub fn unreachable(&mut self, peer: &PeerId) {
        if self.sessions.dialed(peer) {
            self.wake_stalled();
        }
    }

    /// It is gone, or does not speak bitswap.
    pub fn gone(&mut self, peer: &PeerId, is_connected: bool) {
        match is_connected {
            true => self.peers.mute(*peer),
            false => self.peers.gone(peer),
        }
        self.outgoing.remove(peer);
        self.sessions.gone(peer);
        for cid in self.wants_where(|want| want.is_asked_of(peer)) {
            self.denied(peer, &cid);
        }
    }

    /// What was sent to it may be lost: it is said again.
    pub fn say_again(&mut self, peer: &PeerId) {
        for cid in self.wants_where(|want| want.is_asked_of(peer)) {
            let asking = self.wants[&cid].asking();
            let block_from = asking.and_then(|asking| asking.block_from);
            self.send_want(&cid, *peer, block_from != Some(*peer));
        }
    }

    /// Of a message: who has what.
    pub fn presence(&mut self, peer: &PeerId, cid: &Bytes, have: bool) {
        let Some(cid) = Cid::parse(cid) else {
            return;
        };
        let Some(want) = self.wants.get_mut(&cid) else {
            return;
        };
        if !want.is_asked_of(peer) {
            return;
        }
        if !have {
            self.denied(peer, &cid);
            return;
        }
        self.sessions.praise(&want.sessions, *peer);
        if let Some(asking) = want.asking_mut() {
            asking.asked.insert(*peer, true);
            if asking.block_from.is_none() {
                self.ask_for_block(&cid, *peer);
            }
        }
    }

    /// Of a message: whether the block is wanted. It is until `stored` being stored.
    pub fn block(&mut self, peer: &PeerId, cid: &Cid) -> bool {
        let Some(want) = self.wants.get(cid) else {
            return false;
        };
        if matches!(want.state, State::Storing) {
            return false;
        }
        self.sessions.praise(&want.sessions, *peer);
        self.stop_asking(cid, Some(peer), State::Storing);
        true
    }

    pub fn stored(&mut self, cid: &Cid, status: Status) {
        self.finish(cid, status);
    }

    /// Passes over who has not answered.
    pub fn tick(&mut self, now: Instant) {
        let is_late = |want: &Want| {
            let asking = want.asking();
            asking.is_some_and(|asking| now >= asking.since + PATIENCE)
        };
        for cid in self.wants_where(is_late) {
            self.ask_another(&cid, now);
        }
    }

    pub fn wants_any(&self) -> bool {
        !self.wants.is_empty()
    }

    /// Asks for what waits, as far as limits allow; `may_ask` is asked before each.
    pub fn pump(&mut self, now: Instant, may_ask: impl Fn(usize) -> bool) {
        while self.asking < self.max_wants && may_ask(self.asking) {
            let wants = &self.wants;
            let Some(cid) = self.waiting.next(|cid| is_waiting(wants, cid)) else {
                break;
            };
            self.start_asking(&cid, now);
        }
    }

    pub fn take_outgoing(&mut self) -> BTreeMap<PeerId, Message> {
        std::mem::take(&mut self.outgoing)
    }

    pub fn take_said(&mut self) -> Vec<Said> {
        std::mem::take(&mut self.requests.said)
    }

    pub fn take_to_dial(&mut self) -> Vec<PeerId> {
        std::mem::take(&mut self.to_dial)
    }

    fn wants_where(&self, is: impl Fn(&Want) -> bool) -> Vec<Cid> {
        let found = self.wants.iter().filter(|(_, want)| is(want));
        found.map(|(cid, _)| cid.clone()).collect()
    }

    fn wake_stalled(&mut self) {
        for (cid, want) in &mut self.wants {
            if matches!(want.state, State::Stalled) {
                want.state = State::Waiting;
                self.waiting.push_back(want.session(), cid.clone());
            }
        }
    }

    fn drop_want(&mut self, cid: &Cid) -> Option<Want> {
        self.stop_asking(cid, None, State::Stalled);
        self.wants.remove(cid)
    }

    fn finish(&mut self, cid: &Cid, status: Status) {
        let Some(want) = self.drop_want(cid) else {
            return;
        };
        for request in want.requests {
            self.requests.settle(request, cid, status);
            self.end_if_done(request);
        }
    }

    fn end_if_done(&mut self, request: u64) {
        if let Some(session) = self.requests.end_if_done(request) {
            self.sessions.leave(session, request);
        }
    }
}

fn is_waiting(wants: &HashMap<Cid, Want>, cid: &Cid) -> bool {
    wants.get(cid).is_some_and(Want::is_waiting)
}

#[cfg(test)]
mod tests;
