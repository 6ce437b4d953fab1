use crate::abi::{hermes_p2p_event_kind as Kind, hermes_p2p_status as Status};
use crate::command::Work;
use crate::testing::{QUIC, TCP, TestNode};
use libp2p::identity::Keypair;
use std::time::{Duration, Instant};

fn connect_over(part: &str) {
    let (a, b) = (TestNode::new(), TestNode::new());
    a.dial(&b, part);
    let at_a = a.wait_kind(Kind::Connected);
    let at_b = b.wait_kind(Kind::Connected);
    assert_eq!((at_a.peer, at_a.number), (Some(b.peer()), 1));
    assert_eq!((at_b.peer, at_b.number), (Some(a.peer()), 0));
    assert!(at_a.text.contains(part), "{}", at_a.text);
    assert_eq!(a.wait_kind(Kind::Identified).text, "hermes/test");

    let request = a.ask(Work::Peers);
    let peer = a.wait_kind(Kind::Peer);
    assert_eq!((peer.request, peer.peer), (request, Some(b.peer())));
    assert_eq!(a.end_of(request).status, Status::Ok);

    a.ok(Work::Disconnect(b.peer()));
    assert_eq!(b.wait_kind(Kind::Disconnected).peer, Some(a.peer()));
    assert_eq!(a.wait_kind(Kind::Disconnected).peer, Some(b.peer()));
    assert_eq!(a.status_of(Work::Disconnect(b.peer())), Status::NotFound);
}

#[test]
fn two_nodes_connect_over_tcp() {
    connect_over("/tcp/");
}

#[test]
fn two_nodes_connect_over_quic() {
    connect_over("/quic-v1");
}

#[test]
fn peers_may_have_keys_of_other_kinds() {
    for key in [Keypair::generate_secp256k1(), Keypair::generate_ecdsa()] {
        let other = TestNode::listening(&[TCP, QUIC], |config| config.key = key.clone());
        for part in ["/tcp/", "/quic-v1"] {
            let a = TestNode::new();
            a.dial(&other, part);
        }
        other.dial(&TestNode::new(), "/tcp/");
    }
}

#[test]
fn listens_and_no_longer() {
    let a = TestNode::listening(&[TCP], |_| {});
    let asked: libp2p::Multiaddr = QUIC.parse().unwrap();
    let got = a.ok(Work::Listen(asked.clone())).text;
    let request = a.ask(Work::Addresses);
    a.end_of(request);
    let with_quic = format!("{got}/p2p/{}", a.peer());
    a.wait(|event| event.kind == Kind::Address && event.text == with_quic);
    a.wait(|event| event.kind == Kind::Address && event.text.contains("/tcp/"));

    a.ok(Work::Unlisten(asked.clone()));
    a.wait(|event| event.kind == Kind::NotListening && event.text == got);
    assert_eq!(a.status_of(Work::Unlisten(asked)), Status::NotFound);
}

#[test]
fn what_is_no_transport_is_refused() {
    let a = TestNode::listening(&[], |_| {});
    let address: libp2p::Multiaddr = "/ip4/127.0.0.1/sctp/1".parse().unwrap();
    assert_eq!(a.status_of(Work::Listen(address.clone())), Status::Failed);
    let end = a.end_of(a.ask(Work::Dial(None, vec![address])));
    assert_eq!(end.status, Status::Unreachable);
    assert!(!end.text.is_empty());
}

#[test]
fn nobody_is_reached_where_nobody_listens() {
    let (a, gone) = (TestNode::new(), TestNode::new());
    let address = gone.address("/tcp/");
    drop(gone);
    let end = a.end_of(a.ask(Work::Dial(None, vec![address])));
    assert_eq!(end.status, Status::Unreachable);
    let unknown = libp2p::PeerId::random();
    assert_eq!(
        a.status_of(Work::Dial(Some(unknown), vec![])),
        Status::NotFound
    );
    assert_eq!(
        a.status_of(Work::Dial(Some(a.peer()), vec![])),
        Status::Refused
    );
}

#[test]
fn one_of_several_addresses_is_enough() {
    let (a, b, gone) = (TestNode::new(), TestNode::new(), TestNode::new());
    let dead = gone.address("/tcp/");
    drop(gone);
    let end = a.ok(Work::Dial(None, vec![dead, b.address("/tcp/")]));
    assert_eq!(end.peer, Some(b.peer()));
    // A peer that is connected is there at once, wherever it is said to be.
    assert_eq!(
        a.ok(Work::Dial(Some(b.peer()), vec![])).peer,
        Some(b.peer())
    );
}

#[test]
fn another_peer_than_was_asked_for_is_not_taken() {
    let (a, b) = (TestNode::new(), TestNode::new());
    let other = libp2p::PeerId::random();
    let address = b.address("/tcp/").to_string();
    let address = address.replace(&b.peer().to_string(), &other.to_string());
    let end = a.end_of(a.ask(Work::Dial(None, vec![address.parse().unwrap()])));
    assert_ne!(end.status, Status::Ok);
}

#[test]
fn a_blocked_peer_is_disconnected_and_kept_out() {
    let (a, b) = (TestNode::new(), TestNode::new());
    a.dial(&b, "/tcp/");
    a.ok(Work::Block(b.peer(), None));
    a.wait_kind(Kind::Disconnected);
    let address = vec![b.address("/tcp/")];
    assert_eq!(a.status_of(Work::Dial(None, address)), Status::Refused);
    a.ok(Work::Unblock(b.peer()));
    assert_eq!(a.status_of(Work::Unblock(b.peer())), Status::NotFound);
    a.dial(&b, "/tcp/");
}

#[test]
fn a_block_ends() {
    let (a, b) = (TestNode::new(), TestNode::new());
    a.ok(Work::Block(b.peer(), Some(Instant::now())));
    // The block list is looked through once a second.
    loop {
        let address = vec![b.address("/tcp/")];
        match a.status_of(Work::Dial(None, address)) {
            Status::Refused => {}
            status => break assert_eq!(status, Status::Ok),
        }
    }
}

#[test]
fn bootstrap_peers_are_dialled_until_they_are_there() {
    let b = TestNode::new();
    let address = b.address("/quic-v1");
    let a = TestNode::listening(&[TCP], |config| config.bootstrap = vec![address.clone()]);
    assert_eq!(a.wait_kind(Kind::Connected).peer, Some(b.peer()));
    a.ok(Work::Disconnect(b.peer()));
    a.wait_kind(Kind::Disconnected);
    assert_eq!(a.wait_kind(Kind::Connected).peer, Some(b.peer()));

    a.ok(Work::Bootstrap(vec![]));
    let c = TestNode::listening(&[TCP], |_| {});
    c.ok(Work::Bootstrap(vec![address]));
    assert_eq!(c.wait_kind(Kind::Connected).peer, Some(b.peer()));
}

#[test]
fn connections_are_limited() {
    let a = TestNode::listening(&[TCP], |config| config.max_connections = 4);
    // Three of four may come from others.
    let others: Vec<TestNode> = (0..3).map(|_| TestNode::listening(&[], |_| {})).collect();
    others.iter().for_each(|other| other.dial(&a, "/tcp/"));
    let one_more = TestNode::listening(&[], |_| {});
    let request = one_more.ask(Work::Dial(None, vec![a.address("/tcp/")]));
    // Its side of the connection may stand before the other end closes it.
    if one_more.end_of(request).status == Status::Ok {
        one_more.wait_kind(Kind::Disconnected);
    }
    drop(others);
    for _ in 0..3 {
        a.wait_kind(Kind::Disconnected);
    }
    one_more.dial(&a, "/tcp/");
}

#[test]
fn memory_limits_connections() {
    let a = TestNode::listening(&[TCP], |config| config.max_memory = 1);
    let b = TestNode::new();
    assert_eq!(
        a.status_of(Work::Dial(None, vec![b.address("/tcp/")])),
        Status::Refused
    );
}

#[test]
fn a_private_network_is_open_to_those_with_its_key() {
    let private =
        |key| TestNode::listening(&[TCP], move |config| config.network_key = Some([key; 32]));
    let (a, b, other) = (private(1), private(1), private(2));
    a.dial(&b, "/tcp/");
    let public = TestNode::new();
    for stranger in [&other, &public] {
        let request = stranger.ask_within(20_000, Work::Dial(None, vec![a.address("/tcp/")]));
        assert_ne!(stranger.end_of(request).status, Status::Ok);
    }
    assert_eq!(
        a.status_of(Work::Listen(QUIC.parse().unwrap())),
        Status::Failed
    );
}

#[test]
fn a_request_ends_at_its_deadline_or_when_it_is_cancelled() {
    let a = TestNode::listening(&[], |_| {});
    // Nobody answers there, and nobody says that nobody does.
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let address: libp2p::Multiaddr = format!("/ip4/127.0.0.1/udp/{port}/quic-v1")
        .parse()
        .unwrap();
    let begun = Instant::now();
    let request = a.ask_within(200, Work::Dial(None, vec![address.clone()]));
    assert_eq!(a.end_of(request).status, Status::TimedOut);
    assert!(begun.elapsed() >= Duration::from_millis(200));

    let request = a.ask(Work::Dial(None, vec![address]));
    let cancel = || unsafe { crate::c_node::hermes_p2p_cancel(&raw const a.node, request) };
    assert_eq!(cancel(), Status::Ok);
    assert_eq!(a.end_of(request).status, Status::Cancelled);
    assert_eq!(cancel(), Status::NotFound);
}
