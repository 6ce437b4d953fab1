//! Where the node listens. What it cannot listen on, or no longer, is tried again.

use super::Driver;
use crate::abi::{hermes_p2p_event_kind as Kind, hermes_p2p_status as Status};
use crate::desired::Listen;
use crate::event::Event;
use crate::locked::Locked;
use crate::scope::{self, Scope};
use libp2p::Multiaddr;
use libp2p::core::transport::ListenerId;
use std::collections::HashMap;
use std::time::{Duration, Instant};

const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(60);

#[derive(Default)]
pub struct Listeners {
    open: HashMap<ListenerId, Open>,
    /// By what was asked: when to try again, and how long to wait then.
    again: HashMap<Multiaddr, (Instant, Duration)>,
}

struct Open {
    asked: Multiaddr,
    addresses: Vec<Multiaddr>,
    request: Option<u64>,
}

impl Driver {
    pub(super) fn listen(&mut self, request: u64, asked: Multiaddr) {
        match self.swarm.listen_on(asked.clone()) {
            Ok(listener) => {
                let open = Open {
                    asked,
                    addresses: Vec::new(),
                    request: Some(request),
                };
                self.listeners.open.insert(listener, open);
            }
            Err(why) => self.fail(request, Status::Failed, why),
        }
    }

    pub(super) fn listen_as_desired(&mut self) {
        let all = self.shared.desired.locked().listen.clone();
        for one in all {
            self.listen_desired(&one);
        }
    }

    fn listen_desired(&mut self, desired: &Listen) {
        let open = Open {
            asked: desired.asked.clone(),
            addresses: Vec::new(),
            request: None,
        };
        match self.swarm.listen_on(desired.again()) {
            Ok(listener) => drop(self.listeners.open.insert(listener, open)),
            Err(_) => self.listen_later(desired.asked.clone()),
        }
    }

    fn listen_later(&mut self, asked: Multiaddr) {
        let wait = self.listeners.again.get(&asked);
        let wait = wait.map_or(FIRST, |(_, wait)| (*wait * 2).min(LONGEST));
        self.listeners
            .again
            .insert(asked, (Instant::now() + wait, wait));
    }

    pub(super) fn listen_again(&mut self, now: Instant) {
        let is_open = |asked: &Multiaddr| {
            let mut open = self.listeners.open.values();
            open.any(|open| open.asked == *asked)
        };
        let due: Vec<Multiaddr> = self
            .listeners
            .again
            .iter()
            .filter(|(asked, (at, _))| *at <= now && !is_open(asked))
            .map(|(asked, _)| asked.clone())
            .collect();
        for asked in due {
            let desired = self.shared.desired.locked().listen.clone();
            match desired.iter().find(|one| one.asked == asked) {
                Some(one) => self.listen_desired(one),
                None => drop(self.listeners.again.remove(&asked)),
            }
        }
    }

    pub(super) fn unlisten(&mut self, request: u64, address: &Multiaddr) {
        let found: Vec<ListenerId> = self
            .listeners
            .open
            .iter()
            .filter(|(_, open)| open.asked == *address || open.addresses.contains(address))
            .map(|(listener, _)| *listener)
            .collect();
        let mut desired = self.shared.desired.locked();
        let before = desired.listen.len();
        for listener in &found {
            self.swarm.remove_listener(*listener);
            let open = self.listeners.open.remove(listener).expect("it was found");
            desired.listen.retain(|one| one.asked != open.asked);
            for address in open.addresses {
                self.shared.outbox.post(Event {
                    text: address.to_string(),
                    ..Event::new(Kind::NotListening)
                });
            }
        }
        desired.listen.retain(|one| one.asked != *address);
        let was_desired = desired.listen.len() < before;
        drop(desired);
        self.listeners.again.remove(address);
        self.end(
            request,
            match was_desired || !found.is_empty() {
                true => Status::Ok,
                false => Status::NotFound,
            },
        );
    }

    pub(super) fn abandon_listen(&mut self, request: u64) {
        let found = self.listeners.open.iter();
        let found = found
            .filter(|(_, open)| open.request == Some(request))
            .map(|(listener, _)| *listener)
            .next();
        if let Some(listener) = found {
            self.swarm.remove_listener(listener);
            self.listeners.open.remove(&listener);
        }
    }

    pub(super) fn on_listening(&mut self, listener: ListenerId, address: Multiaddr) {
        if let Some(open) = self.listeners.open.get_mut(&listener) {
            open.addresses.push(address.clone());
            self.listeners.again.remove(&open.asked);
            let mut desired = self.shared.desired.locked();
            let at = desired
                .listen
                .iter()
                .position(|one| one.asked == open.asked);
            let at = at.unwrap_or_else(|| {
                desired.listen.push(Listen::new(open.asked.clone()));
                desired.listen.len() - 1
            });
            desired.listen[at].got = Some(address.clone());
            if let Some(request) = open.request.take() {
                let event = Event {
                    text: address.to_string(),
                    ..Event::done(Status::Ok)
                };
                self.shared.requests.end(request, event);
            }
        }
        self.got_relay(listener, &address);
        self.shared.outbox.post(Event {
            text: address.to_string(),
            ..Event::new(Kind::Listening)
        });
        // A relay is to be reached where it listens; others ask whether they are.
        let config = &self.shared.config;
        if config.relay && (config.one_host || scope::of(&address) == Scope::Public) {
            self.swarm.add_external_address(address);
            self.reach_changed();
        }
    }

    pub(super) fn on_not_listening(&mut self, listener: ListenerId, address: &Multiaddr) {
        if let Some(open) = self.listeners.open.get_mut(&listener) {
            open.addresses.retain(|one| one != address);
            self.shared.outbox.post(Event {
                text: address.to_string(),
                ..Event::new(Kind::NotListening)
            });
        }
    }

    pub(super) fn on_listener_closed(&mut self, listener: ListenerId, why: std::io::Result<()>) {
        let Some(open) = self.listeners.open.remove(&listener) else {
            return self.lost_relay(listener);
        };
        for address in &open.addresses {
            self.shared.outbox.post(Event {
                text: address.to_string(),
                ..Event::new(Kind::NotListening)
            });
        }
        match (open.request, why) {
            (Some(request), Err(why)) => self.fail(request, Status::Failed, why),
            (Some(request), Ok(())) => self.end(request, Status::Failed),
            (None, _) => self.listen_later(open.asked),
        }
    }
}
