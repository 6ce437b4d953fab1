//! Addresses, connections, the block list.

use super::Driver;
use crate::abi::{hermes_p2p_event_kind as Kind, hermes_p2p_status as Status};
use crate::bootstrap::Bootstrap;
use crate::config::peer_of;
use crate::event::Event;
use crate::locked::Locked;
use crate::pubsub::GRAYLIST;
use crate::scope;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::swarm::{ConnectionId, DialError};
use libp2p::{Multiaddr, PeerId};
use std::time::{Duration, Instant};

/// A peer whose score is hopeless is blocked for so long.
const SENT_OFF: Duration = Duration::from_secs(600);

/// One that is under way for a request.
pub struct Dial {
    request: u64,
    /// To be tried next: each may be another peer.
    others: Vec<Multiaddr>,
}

/// A peer that is connected.
#[derive(Default)]
pub struct Known {
    pub connections: Vec<Connection>,
    pub ping: Duration,
}

pub struct Connection {
    pub id: ConnectionId,
    pub address: Multiaddr,
    pub is_dialed: bool,
}

impl Connection {
    fn is_relayed(&self) -> bool {
        scope::is_relayed(&self.address)
    }
}

impl Known {
    /// The oldest that goes through no relay, if there is one.
    fn best(&self) -> Option<&Connection> {
        self.connections.iter().min_by_key(|one| one.is_relayed())
    }

    /// One that the node has dialled: where others can dial it too.
    pub fn dialed(&self) -> Option<&Multiaddr> {
        let mut all = self.connections.iter();
        let found = all.find(|one| one.is_dialed && !one.is_relayed());
        found.map(|one| &one.address)
    }
}

impl Driver {
    pub(super) fn dial(
        &mut self,
        request: u64,
        peer: Option<PeerId>,
        mut addresses: Vec<Multiaddr>,
    ) {
        let peer = peer.or_else(|| match addresses.as_slice() {
            [one, others @ ..] => {
                let peer = peer_of(one)?;
                others
                    .iter()
                    .all(|other| peer_of(other) == Some(peer))
                    .then_some(peer)
            }
            [] => None,
        });
        if let Some(peer) = peer {
            if peer == self.shared.peer {
                return self.fail(request, Status::Refused, "this is the node itself");
            }
            if self.swarm.is_connected(&peer) {
                return self.dialed(request, peer);
            }
            addresses.extend(self.known(&peer));
            let options = DialOpts::peer_id(peer)
                .condition(PeerCondition::Always)
                .addresses(addresses)
                .extend_addresses_through_behaviour()
                .build();
            return self.start_dial(request, options, Vec::new());
        }
        match addresses.is_empty() {
            true => self.end(request, Status::NotFound),
            false => self.dial_next(request, addresses),
        }
    }

    fn dial_next(&mut self, request: u64, mut addresses: Vec<Multiaddr>) {
        let options = DialOpts::unknown_peer_id()
            .address(addresses.remove(0))
            .build();
        self.start_dial(request, options, addresses);
    }

    fn start_dial(&mut self, request: u64, options: DialOpts, others: Vec<Multiaddr>) {
        let connection = options.connection_id();
        match self.swarm.dial(options) {
            Ok(()) => drop(self.dials.insert(connection, Dial { request, others })),
            Err(why) if others.is_empty() => self.dial_failed(request, &why),
            Err(_) => self.dial_next(request, others),
        }
    }

    pub(super) fn dialed(&mut self, request: u64, peer: PeerId) {
        let event = Event {
            peer: Some(peer),
            ..Event::done(Status::Ok)
        };
        self.shared.requests.end(request, event);
    }

    fn dial_failed(&mut self, request: u64, why: &DialError) {
        let status = match why {
            DialError::Denied { .. } | DialError::LocalPeerId { .. } => Status::Refused,
            DialError::NoAddresses => Status::NotFound,
            DialError::WrongPeerId { .. } => Status::Failed,
            _ => Status::Unreachable,
        };
        self.fail(request, status, explain(why));
    }

    /// What comes of a connection that was to be.
    pub(super) fn on_dial(&mut self, connection: ConnectionId, result: Result<PeerId, &DialError>) {
        let Some(Dial { request, others }) = self.dials.remove(&connection) else {
            return;
        };
        match result {
            Ok(peer) => self.dialed(request, peer),
            Err(why) if others.is_empty() => self.dial_failed(request, why),
            Err(_) => self.dial_next(request, others),
        }
    }

    pub(super) fn abandon_dial(&mut self, request: u64) {
        self.dials.retain(|_, dial| dial.request != request);
    }

    /// For the node's own purposes.
    pub(super) fn dial_quietly(&mut self, peer: PeerId, mut addresses: Vec<Multiaddr>) {
        if peer == self.shared.peer || self.swarm.is_connected(&peer) {
            return;
        }
        addresses.extend(self.known(&peer));
        let options = DialOpts::peer_id(peer)
            .addresses(addresses)
            .extend_addresses_through_behaviour()
            .build();
        match self.swarm.dial(options) {
            Ok(()) | Err(DialError::DialPeerConditionFalse(_)) => {}
            Err(_) => self.swarm.behaviour_mut().bitswap.unreachable(&peer),
        }
    }

    pub(super) fn disconnect(&mut self, request: u64, peer: PeerId) {
        match self.swarm.disconnect_peer_id(peer) {
            Ok(()) => self.end(request, Status::Ok),
            Err(()) => self.end(request, Status::NotFound),
        }
    }

    pub(super) fn tell_addresses(&mut self, request: u64) {
        let me = self.shared.peer;
        let listening = self.swarm.listeners().map(|address| (address, 0));
        let confirmed = self.swarm.external_addresses().map(|address| (address, 1));
        for (address, number) in listening.chain(confirmed) {
            let whole = match peer_of(address) {
                Some(_) => address.clone(),
                None => address.clone().with(Protocol::P2p(me)),
            };
            let event = Event {
                text: whole.to_string(),
                peer: Some(me),
                number,
                ..Event::new(Kind::Address)
            };
            self.shared.requests.progress(request, event);
        }
        self.end(request, Status::Ok);
    }

    pub(super) fn tell_peers(&mut self, request: u64) {
        for (peer, known) in &self.peers {
            let address = known.best().map(|one| one.address.to_string());
            let event = Event {
                peer: Some(*peer),
                text: address.unwrap_or_default(),
                number: known.ping.as_micros() as u64,
                ..Event::new(Kind::Peer)
            };
            self.shared.requests.progress(request, event);
        }
        self.end(request, Status::Ok);
    }

    pub(super) fn tell_score(&mut self, request: u64, peer: PeerId) {
        match self.swarm.behaviour().pubsub.peer_score(&peer) {
            Some(score) => {
                let event = Event {
                    score,
                    peer: Some(peer),
                    ..Event::done(Status::Ok)
                };
                self.shared.requests.end(request, event);
            }
            None => self.end(request, Status::NotFound),
        }
    }

    pub(super) fn block(&mut self, request: u64, peer: PeerId, until: Option<Instant>) {
        self.shared.desired.locked().blocked.insert(peer, until);
        self.swarm.behaviour_mut().blocked.block_peer(peer);
        self.end(request, Status::Ok);
    }

    pub(super) fn unblock(&mut self, request: u64, peer: PeerId) {
        let was_blocked = self.shared.desired.locked().blocked.remove(&peer);
        self.swarm.behaviour_mut().blocked.unblock_peer(peer);
        self.end(
            request,
            match was_blocked {
                Some(_) => Status::Ok,
                None => Status::NotFound,
            },
        );
    }

    pub(super) fn block_as_desired(&mut self) {
        let desired = self.shared.desired.locked();
        for peer in desired.blocked.keys() {
            self.swarm.behaviour_mut().blocked.block_peer(*peer);
        }
    }

    pub(super) fn unblock_expired(&mut self, now: Instant) {
        let mut desired = self.shared.desired.locked();
        let blocked = &mut self.swarm.behaviour_mut().blocked;
        desired.blocked.retain(|peer, until| {
            let is_over = until.is_some_and(|until| until <= now);
            if is_over {
                blocked.unblock_peer(*peer);
            }
            !is_over
        });
    }

    /// Whoever has sent so much that is invalid that nothing of it is looked at any more.
    pub(super) fn send_off_the_worst(&mut self) {
        let all: Vec<PeerId> = self.peers.keys().copied().collect();
        all.into_iter()
            .for_each(|peer| self.send_off_if_hopeless(peer));
    }

    pub(super) fn send_off_if_hopeless(&mut self, peer: PeerId) {
        let score = self.swarm.behaviour().pubsub.peer_score(&peer);
        if score.is_some_and(|score| score < GRAYLIST) {
            let until = Instant::now() + SENT_OFF;
            self.shared.desired.locked().block_at_least(peer, until);
            self.swarm.behaviour_mut().blocked.block_peer(peer);
        }
    }

    /// Those through relays, with peers that are connected directly by now: relays carry little, and
    /// break off.
    pub(super) fn close_needless(&mut self) {
        for known in self.peers.values() {
            if known.best().is_some_and(Connection::is_relayed) {
                continue;
            }
            for relayed in known.connections.iter().filter(|one| one.is_relayed()) {
                self.swarm.close_connection(relayed.id);
            }
        }
    }

    pub(super) fn set_bootstrap(&mut self, request: u64, addresses: Vec<Multiaddr>) {
        self.bootstrap = Bootstrap::new(&addresses, Instant::now());
        self.shared.desired.locked().bootstrap = addresses;
        self.end(request, Status::Ok);
    }

    pub(super) fn count(&mut self) {
        use crate::abi::hermes_p2p_dht as Dht;
        let info = self.swarm.network_info();
        let stats = &self.shared.stats;
        stats.peers.set(info.num_peers());
        let connections = info.connection_counters().num_established();
        stats.connections.set(connections as usize);
        let protocols = self.swarm.behaviour_mut();
        stats.topics.set(protocols.pubsub.topics().count());
        for (dht, counter) in [
            (Dht::Wan, &stats.wan_peers),
            (Dht::Lan, &stats.lan_peers),
            (Dht::App, &stats.app_peers),
        ] {
            let table = protocols.table(dht);
            counter.set(table.map_or(0, |table| {
                table.kbuckets().map(|bucket| bucket.num_entries()).sum()
            }));
        }
    }
}

/// With the reasons of the transport.
fn explain(why: &DialError) -> String {
    let text = match why {
        DialError::Transport(of_address) => of_address
            .iter()
            .map(|(address, why)| format!("{address}: {why}"))
            .collect::<Vec<_>>()
            .join("; "),
        other => other.to_string(),
    };
    text.chars().take(1024).collect()
}
