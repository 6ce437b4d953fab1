use crate::abi::hermes_p2p_event_kind as Kind;
use crate::testing::TestNode;
use socket2::{Domain, Protocol, Socket, Type};
use std::net::{Ipv4Addr, SocketAddr};

/// Loopback carries no multicast of mDNS; without another network there is nobody to find.
fn has_network() -> bool {
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP)).unwrap();
    let group = SocketAddr::from(([224, 0, 0, 251], 5353));
    // No packet is sent: it says by which network one would be.
    let local = socket
        .connect(&group.into())
        .and_then(|()| socket.local_addr());
    let local = local.ok().and_then(|address| address.as_socket_ipv4());
    local.is_some_and(|local| !local.ip().is_loopback() && *local.ip() != Ipv4Addr::UNSPECIFIED)
}

#[test]
fn nodes_of_one_network_find_each_other_where_that_is_switched_on() {
    if !has_network() {
        return eprintln!("there is no network with multicast: nothing is tested");
    }
    let any = "/ip4/0.0.0.0/tcp/0";
    let node = |mdns| TestNode::listening(&[any], move |config| config.mdns = mdns);
    let (deaf, a) = (node(false), node(true));
    let b = node(true);
    for (one, other) in [(&a, &b), (&b, &a)] {
        one.wait(|event| event.kind == Kind::Discovered && event.peer == Some(other.peer()));
        one.wait(|event| event.kind == Kind::Connected && event.peer == Some(other.peer()));
    }
    assert_eq!(deaf.count(|event| event.kind == Kind::Discovered), 0);
    assert_eq!(a.count(|event| event.peer == Some(deaf.peer())), 0);
}
