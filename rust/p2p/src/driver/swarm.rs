//! What the swarm says.

use super::{Driver, Happened, peers::Connection};
use crate::abi::{hermes_p2p_dht as Dht, hermes_p2p_event_kind as Kind};
use crate::behaviour::ProtocolsEvent;
use crate::event::Event;
use libp2p::core::ConnectedPoint;
use libp2p::swarm::{ListenError, SwarmEvent};
use libp2p::{Multiaddr, PeerId, identify, mdns};

/// Of what a peer says of itself.
const MAX_AGENT: usize = 128;

impl Driver {
    pub(super) fn on_swarm(&mut self, event: Happened) {
        match event {
            SwarmEvent::Behaviour(event) => self.on_protocol(event),
            SwarmEvent::ConnectionEstablished {
                peer_id,
                connection_id,
                endpoint,
                num_established,
                ..
            } => {
                let connection = Connection {
                    id: connection_id,
                    address: remote_address(&endpoint),
                    is_dialed: endpoint.is_dialer(),
                };
                if num_established.get() == 1 {
                    self.post_connected(peer_id, &connection);
                }
                let known = self.peers.entry(peer_id).or_default();
                known.connections.push(connection);
                self.on_dial(connection_id, Ok(peer_id));
            }
            SwarmEvent::ConnectionClosed {
                peer_id,
                connection_id,
                num_established,
                ..
            } => {
                if let Some(known) = self.peers.get_mut(&peer_id) {
                    known.connections.retain(|one| one.id != connection_id);
                }
                if num_established == 0 {
                    self.peers.remove(&peer_id);
                    self.forget_relay(&peer_id);
                    self.post(Kind::Disconnected, Some(peer_id), None);
                }
            }
            SwarmEvent::IncomingConnectionError {
                error: ListenError::Denied { .. },
                ..
            } => self.shared.stats.connections_refused.add(1),
            SwarmEvent::OutgoingConnectionError {
                connection_id,
                peer_id,
                error,
            } => {
                if let Some(peer) = peer_id {
                    self.swarm.behaviour_mut().bitswap.unreachable(&peer);
                }
                self.on_dial(connection_id, Err(&error));
            }
            SwarmEvent::NewListenAddr {
                listener_id,
                address,
            } => self.on_listening(listener_id, address),
            SwarmEvent::ExpiredListenAddr {
                listener_id,
                address,
            } => self.on_not_listening(listener_id, &address),
            SwarmEvent::ListenerClosed {
                listener_id,
                reason,
                ..
            } => self.on_listener_closed(listener_id, reason),
            SwarmEvent::ExternalAddrConfirmed { address } => {
                self.post(Kind::Reachable, None, Some(&address));
                self.reach_changed();
            }
            SwarmEvent::ExternalAddrExpired { address } => {
                self.post(Kind::Unreachable, None, Some(&address));
                self.reach_changed();
            }
            _ => {}
        }
    }

    fn on_protocol(&mut self, event: ProtocolsEvent) {
        match event {
            ProtocolsEvent::Pubsub(event) => self.on_pubsub(event),
            ProtocolsEvent::Bitswap(event) => self.on_bitswap(event),
            ProtocolsEvent::Wan(event) => self.on_table(Dht::Wan, event),
            ProtocolsEvent::Lan(event) => self.on_table(Dht::Lan, event),
            ProtocolsEvent::App(event) => self.on_table(Dht::App, event),
            ProtocolsEvent::Identify(identify::Event::Received { peer_id, info, .. }) => {
                self.on_identified(peer_id, info)
            }
            ProtocolsEvent::Ping(event) => {
                if let (Some(known), Ok(time)) = (self.peers.get_mut(&event.peer), event.result) {
                    known.ping = time;
                }
            }
            ProtocolsEvent::Mdns(mdns::Event::Discovered(found)) => self.on_discovered(found),
            ProtocolsEvent::AutonatClient(tested) => self.on_reach_tested(tested.result.is_ok()),
            _ => {}
        }
    }

    fn post_connected(&self, peer: PeerId, connection: &Connection) {
        self.shared.outbox.post(Event {
            peer: Some(peer),
            text: connection.address.to_string(),
            number: connection.is_dialed.into(),
            ..Event::new(Kind::Connected)
        });
    }

    fn on_identified(&mut self, peer: PeerId, info: identify::Info) {
        self.add_to_tables(peer, &info.listen_addrs, &info.protocols);
        self.note_relay(peer, &info);
        self.shared.outbox.post(Event {
            peer: Some(peer),
            text: info.agent_version.chars().take(MAX_AGENT).collect(),
            ..Event::new(Kind::Identified)
        });
    }

    fn on_discovered(&mut self, found: Vec<(PeerId, Multiaddr)>) {
        const MAX_AT_ONCE: usize = 64;
        let shared = self.shared.clone();
        for (peer, address) in found.into_iter().take(MAX_AT_ONCE) {
            self.post(Kind::Discovered, Some(peer), Some(&address));
            for dht in [Dht::Lan, Dht::App] {
                self.add_to_table(&shared.config, dht, peer, &address);
            }
            self.dial_quietly(peer, vec![address]);
        }
    }

    pub(super) fn post(&self, kind: Kind, peer: Option<PeerId>, address: Option<&Multiaddr>) {
        self.shared.outbox.post(Event {
            peer,
            text: address.map(Multiaddr::to_string).unwrap_or_default(),
            ..Event::new(kind)
        });
    }
}

/// Of whoever comes through a relay nothing but that is known.
fn remote_address(endpoint: &ConnectedPoint) -> Multiaddr {
    match endpoint {
        ConnectedPoint::Listener {
            local_addr,
            send_back_addr,
        } if endpoint.is_relayed() => local_addr.iter().chain(send_back_addr.iter()).collect(),
        _ => endpoint.get_remote_address().clone(),
    }
}
