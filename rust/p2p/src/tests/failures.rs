use super::pubsub::subscribe;
use crate::abi::{
    hermes_p2p_event_kind as Kind, hermes_p2p_status as Status, hermes_p2p_verdict as Verdict,
};
use crate::command::{Command, Work};
use crate::testing::{QUIC, TCP, TestNode};
use std::time::Duration;

/// After whatever makes it fail: another node finds all as it was.
fn is_rebuilt(a: &TestNode, b: &TestNode, fail: impl FnOnce(&TestNode), why: &str) {
    let address = a.address("/tcp/");
    subscribe(a, "t");
    subscribe(b, "t");
    let unwelcome = libp2p::PeerId::random();
    a.ok(Work::Block(unwelcome, None));
    b.dial(a, "/tcp/");
    b.wait_kind(Kind::PeerSubscribed);

    a.forget_all();
    fail(a);
    let failed = a.wait_kind(Kind::NodeFailed);
    assert!(failed.text.contains(why), "{}", failed.text);
    a.wait_kind(Kind::NodeRebuilt);
    a.wait(|event| event.kind == Kind::Listening && address.to_string().starts_with(&event.text));

    // On its bootstrap list is b, which has listened to the topic all the time.
    a.wait(|event| event.kind == Kind::Connected && event.peer == Some(b.peer()));
    let publish = || b.ask(Work::Publish("t".into(), b"again".to_vec()));
    while b.end_of(publish()).status != Status::Ok {}
    let message = a.wait_kind(Kind::Message);
    assert_eq!(&message.value[..], b"again");
    assert_eq!(a.verdict(&message, Verdict::Accept), Status::Ok);
    let dial = Work::Dial(Some(unwelcome), vec![address]);
    assert_eq!(a.status_of(dial), Status::Refused);
    assert_eq!(a.node.shared.stats.rebuilt.get(), 1);
}

fn pair(hang: Duration) -> (TestNode, TestNode) {
    let b = TestNode::new();
    let bootstrap = b.address("/tcp/");
    let a = TestNode::listening(&[TCP, QUIC], |config| {
        config.hang = hang;
        config.bootstrap = vec![bootstrap];
    });
    (a, b)
}

#[test]
fn a_node_that_panics_is_rebuilt() {
    let (a, b) = pair(Duration::from_secs(60));
    let panic = |a: &TestNode| a.node.shared.inbox.put(Command::Panic);
    is_rebuilt(&a, &b, panic, "asked to");
}

#[test]
fn what_was_under_way_ends_with_restarted_and_what_had_not_begun_is_done() {
    let a = TestNode::listening(&[], |_| {});
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let address = format!("/ip4/127.0.0.1/udp/{port}/quic-v1");
    let under_way = a.ask(Work::Dial(None, vec![address.parse().unwrap()]));
    a.ok(Work::Peers);
    a.node.shared.inbox.put(Command::Panic);
    let next = a.ask(Work::Peers);
    assert_eq!(a.end_of(under_way).status, Status::Restarted);
    assert_eq!(a.end_of(next).status, Status::Ok);
}

#[test]
fn a_node_that_hangs_is_rebuilt() {
    let (a, b) = pair(Duration::from_secs(2));
    let (release, hang) = std::sync::mpsc::channel();
    let fail = |a: &TestNode| a.node.shared.inbox.put(Command::Hang(hang));
    is_rebuilt(&a, &b, fail, "did nothing");
    // The one that hung goes on, and is not in the way.
    release.send(()).unwrap();
    a.ok(Work::Peers);
}

#[test]
fn stopping_ends_all_requests() {
    let a = TestNode::listening(&[], |_| {});
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let address = format!("/ip4/127.0.0.1/udp/{port}/quic-v1");
    let request = a.ask(Work::Dial(None, vec![address.parse().unwrap()]));
    a.node.stop(Duration::from_secs(60));
    assert_eq!(a.end_of(request).status, Status::Stopped);
    let refused = a.node.shared.submit(99, 1000, Work::Peers);
    assert_eq!(refused, Err(Status::Stopped));
}
