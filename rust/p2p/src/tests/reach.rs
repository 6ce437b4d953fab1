//! Nodes that cannot be dialled, and how they learn that they can be.

use super::hostile::attack;
use crate::abi::{
    hermes_p2p_dht as Dht, hermes_p2p_event_kind as Kind, hermes_p2p_mode as Mode,
    hermes_p2p_status as Status,
};
use crate::behaviour::protocol;
use crate::command::{DhtWork, Work};
use crate::config::Config;
use crate::event::Event;
use crate::testing::{TCP, TestNode};
use libp2p::swarm::SwarmEvent;
use libp2p::{Multiaddr, Swarm, identify, identity};
use std::sync::mpsc::channel;
use std::time::Duration;

fn relay() -> TestNode {
    TestNode::listening(&[TCP], |config| config.relay = true)
}

/// A node that is connected with the relay, and has been told by it where it is seen.
fn at(relay: &TestNode, listen: &[&str], change: impl FnOnce(&mut Config)) -> TestNode {
    let node = TestNode::listening(listen, |config| {
        config.hole_punching = true;
        config.relays_after = Duration::ZERO;
        change(config);
    });
    node.dial(relay, "/tcp/");
    node.wait_kind(Kind::Identified);
    node
}

/// Where it is reached through the relay, once it has a place there.
fn place(node: &TestNode) -> Multiaddr {
    let is_place =
        |event: &Event| event.kind == Kind::Listening && event.text.contains("/p2p-circuit");
    node.wait(is_place).text.parse().unwrap()
}

fn address_of(node: &TestNode, peer: &TestNode) -> String {
    let request = node.ask(Work::Peers);
    let is_peer = |event: &Event| {
        (event.request, event.kind, event.peer) == (request, Kind::Peer, Some(peer.peer()))
    };
    let address = node.wait(is_peer).text;
    node.end_of(request);
    address
}

#[test]
fn two_nodes_that_cannot_be_dialled_meet_through_a_relay() {
    let relay = relay();
    let hidden = at(&relay, &[], |_| {});
    place(&hidden);
    assert_eq!(hidden.node.shared.stats.relays.get(), 1);
    assert_eq!(hidden.node.shared.stats.reachable.get(), 0);

    // Where it is, the hash table knows.
    let seeker = at(&relay, &[], |_| {});
    let find = || Work::Dht(Dht::Lan, DhtWork::FindPeer(hidden.peer()));
    while seeker.status_of(find()) != Status::Ok {}
    let end = seeker.ok(Work::Dial(Some(hidden.peer()), vec![]));
    assert_eq!(end.peer, Some(hidden.peer()));
    let is_seeker =
        |event: &Event| event.kind == Kind::Connected && event.peer == Some(seeker.peer());
    let came = hidden.wait(is_seeker);
    assert!(came.text.contains("/p2p-circuit"), "{}", came.text);
    assert!(address_of(&seeker, &hidden).contains("/p2p-circuit"));
}

#[test]
fn who_meets_through_a_relay_is_connected_directly_where_that_is_possible() {
    let relay = relay();
    let hidden = at(&relay, &[TCP], |_| {});
    let through = place(&hidden);
    let seeker = at(&relay, &[TCP], |config| config.relays_after = Duration::MAX);
    seeker.ok(Work::Dial(Some(hidden.peer()), vec![through]));
    while address_of(&seeker, &hidden).contains("/p2p-circuit") {}
    while address_of(&hidden, &seeker).contains("/p2p-circuit") {}
    let peer = relay.peer();
    drop(relay);
    for (end, other) in [(&seeker, &hidden), (&hidden, &seeker)] {
        end.wait(|event| event.kind == Kind::Disconnected && event.peer == Some(peer));
        address_of(end, other);
    }
}

#[test]
fn one_relay_may_go_away() {
    let (first, second) = (relay(), relay());
    let hidden = at(&first, &[], |_| {});
    let through = place(&hidden);
    hidden.dial(&second, "/tcp/");
    let other = place(&hidden);
    assert_ne!(through, other);
    let gone = through.to_string();
    drop(first);
    hidden.wait(|event| event.kind == Kind::NotListening && event.text == gone);
    while hidden.node.shared.stats.relays.get() != 1 {
        hidden.ok(Work::Peers);
    }
}

fn asks_others(config: &mut Config) {
    config.autonat = true;
    config.probe_every = Duration::from_millis(100);
    config.wan = true;
    config.mode = Mode::Auto;
}

/// Whether it answers in the table of all of IPFS.
fn serves_all(node: &TestNode) -> bool {
    let (tell, told) = channel();
    let behaviour = || {
        let public = identity::Keypair::generate_ed25519().public();
        identify::Behaviour::new(identify::Config::new("test".into(), public))
    };
    let act = |_: &mut Swarm<identify::Behaviour>, event: &SwarmEvent<identify::Event>| {
        if let SwarmEvent::Behaviour(identify::Event::Received { info, .. }) = event {
            let _ = tell.send(info.protocols.contains(&protocol(Dht::Wan)));
        }
    };
    let mut answer = None;
    attack(node, behaviour, act, |_| answer = told.recv().ok());
    answer.unwrap()
}

#[test]
fn a_node_that_others_reach_learns_so_and_serves_all() {
    let other = TestNode::listening(&[TCP], |config| config.autonat = true);
    let node = TestNode::listening(&[TCP], asks_others);
    assert!(!serves_all(&node));
    node.dial(&other, "/tcp/");
    let confirmed = node.wait_kind(Kind::Reachable).text;
    assert!(node.address("/tcp/").to_string().starts_with(&confirmed));
    while node.node.shared.stats.reachable.get() == 0 {
        node.ok(Work::Peers);
    }
    assert!(serves_all(&node));
}

#[test]
fn a_node_that_others_do_not_reach_asks_relays_and_serves_nobody() {
    let relay = TestNode::listening(&[TCP], |config| {
        config.relay = true;
        config.autonat = true;
    });
    // It would wait for long, if it did not learn that it is not reached.
    let hidden = at(&relay, &[], |config| {
        config.relays_after = Duration::MAX;
        asks_others(config);
    });
    place(&hidden);
    let stats = &hidden.node.shared.stats;
    assert_eq!((stats.reachable.get(), stats.relays.get()), (0, 1));
}
