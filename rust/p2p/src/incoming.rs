//! Of the connections that others are setting up, few may come from one address: whoever opens many
//! and says nothing on them leaves the other places to the rest.

use libp2p::core::{Endpoint, transport::PortUse};
use libp2p::multiaddr::Protocol;
use libp2p::swarm::{
    ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, THandler, THandlerInEvent,
    THandlerOutEvent, ToSwarm, dummy,
};
use libp2p::{Multiaddr, PeerId};
use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};
use std::task::{Context, Poll};

/// What one peer can have many addresses of counts as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Origin {
    V4(Ipv4Addr),
    /// Of a network of 64 bits.
    V6([u8; 8]),
    /// Through a relay nobody's address is known.
    Relay(PeerId),
    Other,
}

/// `local` is where it came in: through a relay, that is the relay's address.
fn origin(local: &Multiaddr, remote: &Multiaddr) -> Origin {
    let mut relay = None;
    for part in local {
        match part {
            Protocol::P2p(peer) => relay = Some(peer),
            Protocol::P2pCircuit => return relay.map_or(Origin::Other, Origin::Relay),
            _ => {}
        }
    }
    let ip = match remote.iter().next() {
        Some(Protocol::Ip4(ip)) => IpAddr::V4(ip),
        Some(Protocol::Ip6(ip)) => ip.to_canonical(),
        _ => return Origin::Other,
    };
    match ip {
        IpAddr::V4(ip) => Origin::V4(ip),
        IpAddr::V6(ip) => Origin::V6(*ip.octets().first_chunk().expect("it has 16")),
    }
}

#[derive(Debug)]
struct TooMany(usize);

impl std::fmt::Display for TooMany {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} connections of this address are being set up", self.0)
    }
}

impl std::error::Error for TooMany {}

pub struct Behaviour {
    most: usize,
    open: HashMap<ConnectionId, Origin>,
    of: HashMap<Origin, usize>,
}

impl Behaviour {
    /// At most `most` of one address.
    pub fn new(most: usize) -> Self {
        Behaviour {
            most,
            open: HashMap::new(),
            of: HashMap::new(),
        }
    }

    fn begin(&mut self, connection: ConnectionId, origin: Origin) -> Result<(), ConnectionDenied> {
        let count = self.of.get(&origin).copied().unwrap_or(0);
        if count >= self.most {
            return Err(ConnectionDenied::new(TooMany(count)));
        }
        self.of.insert(origin, count + 1);
        self.open.insert(connection, origin);
        Ok(())
    }

    fn end(&mut self, connection: ConnectionId) {
        let Some(origin) = self.open.remove(&connection) else {
            return;
        };
        match self.of.get_mut(&origin) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(self.of.remove(&origin)),
        }
    }
}

impl NetworkBehaviour for Behaviour {
    type ConnectionHandler = dummy::ConnectionHandler;
    type ToSwarm = Infallible;

    fn handle_pending_inbound_connection(
        &mut self,
        connection: ConnectionId,
        local: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<(), ConnectionDenied> {
        self.begin(connection, origin(local, remote))
    }

    fn handle_established_inbound_connection(
        &mut self,
        connection: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        self.end(connection);
        Ok(dummy::ConnectionHandler)
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(dummy::ConnectionHandler)
    }

    fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
        if let FromSwarm::ListenFailure(failed) = event {
            self.end(failed.connection_id);
        }
    }

    fn on_connection_handler_event(
        &mut self,
        _: PeerId,
        _: ConnectionId,
        event: THandlerOutEvent<Self>,
    ) {
        match event {}
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(local: &str, remote: &str) -> Origin {
        origin(&local.parse().unwrap(), &remote.parse().unwrap())
    }

    #[test]
    fn what_is_of_one_address_counts_together() {
        let here = "/ip4/10.0.0.1/tcp/7879";
        let a = from(here, "/ip4/10.0.0.2/tcp/1");
        assert_eq!(a, from(here, "/ip4/10.0.0.2/udp/2/quic-v1"));
        assert_eq!(a, from(here, "/ip6/::ffff:10.0.0.2/tcp/1"));
        assert_ne!(a, from(here, "/ip4/10.0.0.3/tcp/1"));
        let a = from(here, "/ip6/2001:db8::1/tcp/1");
        assert_eq!(a, from(here, "/ip6/2001:db8::ffff:1/tcp/1"));
        assert_ne!(a, from(here, "/ip6/2001:db8:0:1::1/tcp/1"));
    }

    #[test]
    fn what_comes_through_a_relay_counts_as_the_relays() {
        let (relay, other) = (PeerId::random(), PeerId::random());
        let at = |relay| format!("/ip4/10.0.0.1/tcp/1/p2p/{relay}/p2p-circuit");
        let by = |local: String| from(&local, &format!("/p2p/{}", PeerId::random()));
        assert_eq!(by(at(relay)), Origin::Relay(relay));
        assert_ne!(by(at(relay)), by(at(other)));
    }

    #[test]
    fn a_place_is_free_again_when_a_connection_is_set_up_or_fails() {
        let mut behaviour = Behaviour::new(2);
        let origin = Origin::V4(Ipv4Addr::LOCALHOST);
        let id = ConnectionId::new_unchecked;
        behaviour.begin(id(1), origin).unwrap();
        behaviour.begin(id(2), origin).unwrap();
        assert!(behaviour.begin(id(3), origin).is_err());
        behaviour.begin(id(3), Origin::Other).unwrap();
        behaviour.end(id(1));
        behaviour.end(id(1));
        behaviour.begin(id(4), origin).unwrap();
        assert!(behaviour.begin(id(5), origin).is_err());
        for i in 1..6 {
            behaviour.end(id(i));
        }
        assert!(behaviour.open.is_empty() && behaviour.of.is_empty());
    }
}
