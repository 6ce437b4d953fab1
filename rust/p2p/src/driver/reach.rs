//! Whether others can reach the node, and the relays through which they can where nothing else
//! leads in.
//!
//! While nobody has confirmed an address of its own, the node asks those of its peers that relay for
//! others for a place, and listens there. Whoever comes through a relay is then connected directly,
//! where that is possible (DCUtR).

use super::Driver;
use crate::abi::{hermes_p2p_dht as Dht, hermes_p2p_event_kind as Kind};
use crate::behaviour::mode;
use crate::scope::{self, Scope};
use libp2p::core::transport::ListenerId;
use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, PeerId, identify, relay};
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// One may go away.
const ENOUGH: usize = 2;
/// Before one that has refused, or broken off, is asked again.
const ASK_AGAIN: Duration = Duration::from_secs(300);

pub struct Reach {
    begun: Instant,
    /// Others have tried, and could not.
    is_refuted: bool,
    relays: HashMap<PeerId, Relay>,
    places: HashMap<ListenerId, Place>,
}

/// A peer that is connected and relays for others.
struct Relay {
    address: Multiaddr,
    not_before: Option<Instant>,
}

struct Place {
    at: PeerId,
    /// None while it has only been asked for.
    address: Option<Multiaddr>,
}

impl Reach {
    pub fn new(now: Instant) -> Self {
        Reach {
            begun: now,
            is_refuted: false,
            relays: HashMap::new(),
            places: HashMap::new(),
        }
    }
}

impl Driver {
    /// By all who may look for it, and without a relay.
    fn is_reachable(&self) -> bool {
        let anywhere = self.shared.config.one_host;
        self.swarm.external_addresses().any(|address| {
            let is_for_all = anywhere || scope::of(address) == Scope::Public;
            is_for_all && !scope::is_relayed(address)
        })
    }

    pub(super) fn on_reach_tested(&mut self, was_reached: bool) {
        self.reach.is_refuted |= !was_reached;
    }

    pub(super) fn reach_changed(&mut self) {
        let is_reachable = self.is_reachable();
        let shared = self.shared.clone();
        shared.stats.reachable.set(is_reachable.into());
        for dht in [Dht::Wan, Dht::Lan, Dht::App] {
            if let Some(table) = self.swarm.behaviour_mut().table(dht) {
                table.set_mode(Some(mode(&shared.config, dht, is_reachable)));
            }
        }
    }

    pub(super) fn note_relay(&mut self, peer: PeerId, info: &identify::Info) {
        let config = &self.shared.config;
        if !config.hole_punching || config.relay {
            return;
        }
        let is_usable = |address: &&Multiaddr| {
            let is_near = matches!(scope::of(address), Scope::Host | Scope::None);
            !scope::is_relayed(address) && (!is_near || config.one_host)
        };
        let dialed = self.peers.get(&peer).and_then(|known| known.dialed());
        let address = dialed.into_iter().chain(&info.listen_addrs).find(is_usable);
        match address {
            Some(address) if info.protocols.contains(&relay::HOP_PROTOCOL_NAME) => {
                let address = address.clone();
                let not_before = self.reach.relays.get(&peer).and_then(|one| one.not_before);
                let relay = Relay {
                    address,
                    not_before,
                };
                self.reach.relays.insert(peer, relay);
            }
            _ => self.forget_relay(&peer),
        }
    }

    pub(super) fn forget_relay(&mut self, peer: &PeerId) {
        self.reach.relays.remove(peer);
    }

    /// For places, if there is need.
    pub(super) fn ask_relays(&mut self, now: Instant) {
        if self.is_reachable() {
            return self.leave_relays();
        }
        let waited = now.saturating_duration_since(self.reach.begun);
        if !self.reach.is_refuted && waited < self.shared.config.relays_after {
            return;
        }
        while self.reach.places.len() < ENOUGH {
            let has_place = |peer: &PeerId| self.reach.places.values().any(|one| one.at == *peer);
            let mut relays = self.reach.relays.iter();
            let next = relays.find(|(peer, relay)| {
                relay.not_before.is_none_or(|at| at <= now) && !has_place(peer)
            });
            let Some((peer, relay)) = next else {
                return;
            };
            let (at, address) = (*peer, through(&relay.address, *peer));
            match self.swarm.listen_on(address) {
                Ok(listener) => {
                    let place = Place { at, address: None };
                    self.reach.places.insert(listener, place);
                }
                Err(_) => self.ask_later(at),
            }
        }
    }

    /// Places that have been asked for are left when they are given: libp2p fails where one is given
    /// that nobody asks for any more.
    fn leave_relays(&mut self) {
        let is_given = |_: &ListenerId, place: &mut Place| place.address.is_some();
        let given: Vec<_> = self.reach.places.extract_if(is_given).collect();
        for (listener, place) in given {
            self.swarm.remove_listener(listener);
            self.post_left(&place);
        }
        self.count_relays();
    }

    fn post_left(&self, place: &Place) {
        if let Some(address) = &place.address {
            self.post(Kind::NotListening, None, Some(address));
        }
    }

    fn ask_later(&mut self, peer: PeerId) {
        if let Some(relay) = self.reach.relays.get_mut(&peer) {
            relay.not_before = Some(Instant::now() + ASK_AGAIN);
        }
    }

    pub(super) fn got_relay(&mut self, listener: ListenerId, address: &Multiaddr) {
        if let Some(place) = self.reach.places.get_mut(&listener) {
            place.address = Some(address.clone());
            self.count_relays();
        }
    }

    pub(super) fn lost_relay(&mut self, listener: ListenerId) {
        if let Some(place) = self.reach.places.remove(&listener) {
            self.ask_later(place.at);
            self.post_left(&place);
            self.count_relays();
        }
    }

    pub(super) fn count_relays(&self) {
        let places = self.reach.places.values();
        let given = places.filter(|place| place.address.is_some());
        self.shared.stats.relays.set(given.count());
    }
}

/// Where to listen at a relay.
fn through(relay: &Multiaddr, peer: PeerId) -> Multiaddr {
    let mut address = relay.clone();
    if !matches!(address.iter().last(), Some(Protocol::P2p(_))) {
        address.push(Protocol::P2p(peer));
    }
    address.with(Protocol::P2pCircuit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relay_is_named_once_in_an_address_through_it() {
        let peer = PeerId::random();
        let wanted = format!("/ip4/10.0.0.1/tcp/1/p2p/{peer}/p2p-circuit");
        for given in [
            "/ip4/10.0.0.1/tcp/1",
            &format!("/ip4/10.0.0.1/tcp/1/p2p/{peer}"),
        ] {
            let address = through(&given.parse().unwrap(), peer);
            assert_eq!(address.to_string(), wanted);
        }
    }
}
