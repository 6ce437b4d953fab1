//! The events that wait for C++.
//!
//! Answers to requests always have room: requests are bounded, and what each may answer. All else is
//! bounded here: what finds no room is dropped and counted, and a peer may fill half of it at most.

use crate::abi::hermes_p2p_event_kind as Kind;
use crate::event::Event;
use crate::locked::Locked;
use libp2p::PeerId;
use rustix::event::{EventfdFlags, eventfd};
use std::collections::{HashMap, VecDeque};
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::Mutex;

pub struct Outbox {
    max_events: usize,
    max_bytes: u64,
    signal: OwnedFd,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    answers: VecDeque<Event>,
    others: VecDeque<Event>,
    bytes: u64,
    of_peer: HashMap<PeerId, usize>,
    dropped: u64,
    dropped_in_all: u64,
    answers_next: bool,
}

impl Outbox {
    pub fn new(max_events: usize, max_bytes: u64) -> std::io::Result<Self> {
        Ok(Outbox {
            max_events,
            max_bytes,
            signal: eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?,
            state: Mutex::default(),
        })
    }

    pub fn descriptor(&self) -> i32 {
        self.signal.as_raw_fd()
    }

    pub fn answer(&self, event: Event) {
        let mut state = self.state.locked();
        self.wake_if_empty(&state);
        state.answers.push_back(event);
    }

    /// False if there was no room.
    pub fn post(&self, event: Event) -> bool {
        let mut state = self.state.locked();
        self.wake_if_empty(&state);
        let from = event.peer.filter(|_| event.token != 0);
        let of_peer = from.map_or(0, |peer| state.of_peer.get(&peer).copied().unwrap_or(0));
        if state.others.len() >= self.max_events
            || state.bytes + event.bytes() > self.max_bytes
            || of_peer >= self.max_events.div_ceil(2)
        {
            state.dropped += 1;
            state.dropped_in_all += 1;
            return false;
        }
        if let Some(peer) = from {
            *state.of_peer.entry(peer).or_default() += 1;
        }
        state.bytes += event.bytes();
        state.others.push_back(event);
        true
    }

    /// The oldest of both kinds in turn, then how many were dropped.
    pub fn take(&self, max: usize) -> Vec<Event> {
        let mut state = self.state.locked();
        let mut taken = Vec::new();
        while taken.len() < max {
            state.answers_next = !state.answers_next;
            let next = match state.answers_next {
                true => state.answers.pop_front().or_else(|| state.other()),
                false => state.other().or_else(|| state.answers.pop_front()),
            };
            match next {
                Some(event) => taken.push(event),
                None => break,
            }
        }
        if taken.len() < max && state.dropped > 0 {
            taken.push(Event {
                number: std::mem::take(&mut state.dropped),
                ..Event::new(Kind::Dropped)
            });
        }
        if state.is_empty() {
            let _ = rustix::io::read(&self.signal, &mut [0; 8]);
        }
        taken
    }

    /// How many wait, and how many were dropped ever.
    pub fn counts(&self) -> (u64, u64) {
        let state = self.state.locked();
        let waiting = state.answers.len() + state.others.len();
        (waiting as u64, state.dropped_in_all)
    }

    fn wake_if_empty(&self, state: &State) {
        if state.is_empty() {
            let _ = rustix::io::write(&self.signal, &1_u64.to_ne_bytes());
        }
    }
}

impl State {
    fn is_empty(&self) -> bool {
        self.answers.is_empty() && self.others.is_empty() && self.dropped == 0
    }

    fn other(&mut self) -> Option<Event> {
        let event = self.others.pop_front()?;
        self.bytes -= event.bytes();
        if let Some(peer) = event.peer.filter(|_| event.token != 0) {
            match self.of_peer.get_mut(&peer) {
                Some(count) if *count > 1 => *count -= 1,
                _ => drop(self.of_peer.remove(&peer)),
            }
        }
        Some(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    fn is_readable(outbox: &Outbox) -> bool {
        let mut fds = [PollFd::new(&outbox.signal, PollFlags::IN)];
        let now = Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        poll(&mut fds, Some(&now)).unwrap() == 1
    }

    fn message(peer: PeerId) -> Event {
        Event {
            peer: Some(peer),
            token: 1,
            ..Event::new(Kind::Message)
        }
    }

    #[test]
    fn the_descriptor_is_readable_while_events_wait() {
        let outbox = Outbox::new(8, 1 << 20).unwrap();
        assert!(!is_readable(&outbox));
        outbox.answer(Event::done(crate::abi::hermes_p2p_status::Ok));
        outbox.post(Event::new(Kind::NodeRebuilt));
        assert_eq!(outbox.take(1).len(), 1);
        assert!(is_readable(&outbox));
        assert_eq!(outbox.take(9).len(), 1);
        assert!(!is_readable(&outbox));
    }

    #[test]
    fn what_finds_no_room_is_counted() {
        let outbox = Outbox::new(2, 1 << 20).unwrap();
        for _ in 0..5 {
            outbox.post(Event::new(Kind::NodeRebuilt));
        }
        let taken = outbox.take(9);
        assert_eq!(taken.len(), 3);
        assert_eq!((taken[2].kind, taken[2].number), (Kind::Dropped, 3));
        assert!(!is_readable(&outbox));
        assert_eq!(outbox.counts(), (0, 3));
    }

    #[test]
    fn bytes_are_bounded() {
        let outbox = Outbox::new(99, 1024).unwrap();
        let large = || Event {
            value: vec![0; 700].into(),
            ..Event::new(Kind::Message)
        };
        assert!(outbox.post(large()));
        assert!(!outbox.post(large()));
        outbox.take(1);
        assert!(outbox.post(large()));
    }

    #[test]
    fn a_peer_fills_half_of_it() {
        let outbox = Outbox::new(8, 1 << 20).unwrap();
        let (loud, quiet) = (PeerId::random(), PeerId::random());
        assert_eq!((0..8).filter(|_| outbox.post(message(loud))).count(), 4);
        assert!(outbox.post(message(quiet)));
        outbox.take(1);
        assert!(outbox.post(message(loud)));
    }
}
