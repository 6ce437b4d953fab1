//! Whom to ask for a want, and what is sent for it.

use super::Client;
use super::sessions::Circle;
use super::want::{Asking, State, Want};
use crate::abi::hermes_p2p_status as Status;
use crate::bitswap::cid::Cid;
use crate::bitswap::message::Entry;
use libp2p::PeerId;
use std::time::Instant;

/// Asked about one block at a time.
const MAX_ASKED: usize = 16;

impl Client {
    pub(super) fn start_asking(&mut self, cid: &Cid, now: Instant) {
        let circle = self.sessions.circle(&self.wants[cid].sessions);
        let candidates = self.candidates(&self.wants[cid], &circle);
        let want = self.wants.get_mut(cid).expect("the caller has found it");
        let Some(first) = candidates.first().copied() else {
            match circle.may_come {
                true => want.state = State::Stalled,
                false => self.finish(cid, Status::NotFound),
            }
            return;
        };
        want.state = State::Asking(Asking::new(now));
        self.asking += 1;
        self.ask_for_block(cid, first);
        // A peer that had others of the session is likely to have this one too.
        if !circle.good.contains(&first) {
            for other in candidates.into_iter().take(MAX_ASKED).skip(1) {
                self.ask_whether(cid, other);
            }
        }
    }

    /// One more than those that are asked; those stay asked.
    pub(super) fn ask_another(&mut self, cid: &Cid, now: Instant) {
        let circle = self.sessions.circle(&self.wants[cid].sessions);
        let candidates = self.candidates(&self.wants[cid], &circle);
        let asking = self.wants.get_mut(cid).and_then(Want::asking_mut);
        let Some(asking) = asking else {
            return;
        };
        asking.since = now;
        let next = asking.other_that_has_it().or_else(|| {
            let mut fresh = candidates.into_iter();
            fresh.find(|peer| !asking.asked.contains_key(peer))
        });
        if let Some(next) = next {
            self.ask_for_block(cid, next);
        }
    }

    pub(super) fn ask_for_block(&mut self, cid: &Cid, peer: PeerId) {
        let Some(asking) = self.wants.get_mut(cid).and_then(Want::asking_mut) else {
            return;
        };
        asking.asked.entry(peer).or_insert(false);
        if let Some(before) = asking.block_from.replace(peer) {
            self.peers.less_load(&before);
        }
        self.peers.more_load(&peer);
        self.send_want(cid, peer, false);
    }

    /// A peer does not have it.
    pub(super) fn denied(&mut self, peer: &PeerId, cid: &Cid) {
        let Some(want) = self.wants.get_mut(cid) else {
            return;
        };
        want.denied.insert(*peer);
        let session = want.session();
        let Some(asking) = want.asking_mut() else {
            return;
        };
        asking.asked.remove(peer);
        if asking.block_from == Some(*peer) {
            asking.block_from = None;
            self.peers.less_load(peer);
        }
        if asking.block_from.is_some() {
            return;
        }
        if let Some(next) = asking.other_that_has_it() {
            self.ask_for_block(cid, next);
        } else if asking.asked.is_empty() {
            // Whom else there is is found as at first.
            want.state = State::Waiting;
            self.asking -= 1;
            self.waiting.push_front(session, cid.clone());
        }
    }

    /// Tells who is asked, but for `except`, that it is no longer wanted.
    pub(super) fn stop_asking(&mut self, cid: &Cid, except: Option<&PeerId>, next: State) {
        let Some(want) = self.wants.get_mut(cid) else {
            return;
        };
        // What is in `waiting` and waits no more is passed over there.
        let State::Asking(asking) = std::mem::replace(&mut want.state, next) else {
            return;
        };
        self.asking -= 1;
        if let Some(peer) = &asking.block_from {
            self.peers.less_load(peer);
        }
        for peer in asking.asked.keys().filter(|peer| Some(*peer) != except) {
            let message = self.outgoing.entry(*peer).or_default();
            message.wants.push(Entry {
                cid: cid.bytes().clone(),
                cancel: true,
                ..Entry::default()
            });
        }
    }

    pub(super) fn send_want(&mut self, cid: &Cid, peer: PeerId, have_only: bool) {
        let message = self.outgoing.entry(peer).or_default();
        message.wants.push(Entry {
            cid: cid.bytes().clone(),
            priority: 1,
            cancel: false,
            have_only,
            send_dont_have: true,
        });
    }

    fn ask_whether(&mut self, cid: &Cid, peer: PeerId) {
        if let Some(asking) = self.wants.get_mut(cid).and_then(Want::asking_mut) {
            asking.asked.entry(peer).or_insert(false);
            self.send_want(cid, peer, true);
        }
    }

    /// The best first.
    fn candidates(&self, want: &Want, circle: &Circle) -> Vec<PeerId> {
        let mut candidates: Vec<PeerId> = match circle.named.is_empty() {
            true => self.peers.all().collect(),
            false => circle.named.union(&circle.good).copied().collect(),
        };
        candidates.retain(|peer| self.peers.can_be_asked(peer) && !want.denied.contains(peer));
        candidates.sort_by_key(|peer| {
            let is_good = circle.good.contains(peer);
            (!is_good, self.peers.load(peer), *peer)
        });
        candidates
    }
}
