use crate::abi::{
    hermes_p2p_dht as Dht, hermes_p2p_event_kind as Kind, hermes_p2p_status as Status,
    hermes_p2p_verdict as Verdict,
};
use crate::command::{DhtWork, Work};
use crate::locked::Locked;
use crate::testing::TestNode;
use std::time::Duration;

fn put(key: &str, value: &str) -> Work {
    put_in(Dht::App, key, value)
}

fn put_in(dht: Dht, key: &str, value: &str) -> Work {
    let put = DhtWork::Put {
        key: key.into(),
        value: value.into(),
        quorum: 1,
        ttl: Duration::from_secs(60),
    };
    Work::Dht(dht, put)
}

fn get(key: &str) -> Work {
    Work::Dht(Dht::App, DhtWork::Get(key.into(), 8))
}

/// In each other's tables.
fn pair() -> (TestNode, TestNode) {
    let (a, b) = (TestNode::new(), TestNode::new());
    a.dial(&b, "/tcp/");
    for node in [&a, &b] {
        node.wait_kind(Kind::Identified);
    }
    (a, b)
}

#[test]
fn a_record_is_stored_where_a_verdict_accepts_it() {
    let (a, b) = pair();
    a.ok(put("good", "1"));
    let offered = b.wait_kind(Kind::Record);
    assert_eq!(
        (&offered.key[..], &offered.value[..]),
        (&b"good"[..], &b"1"[..])
    );
    assert_eq!((offered.peer, offered.dht), (Some(a.peer()), Dht::App));
    assert!((1..=60_000).contains(&offered.number));
    b.verdict(&offered, Verdict::Accept);
    a.ok(put("bad", "2"));
    let offered = b.wait_kind(Kind::Record);
    b.verdict(&offered, Verdict::Reject);

    // The putter has both; without it, only what was accepted is left.
    a.ok(Work::Dht(Dht::App, DhtWork::Remove(b"good".to_vec())));
    a.ok(Work::Dht(Dht::App, DhtWork::Remove(b"bad".to_vec())));
    let request = a.ask(get("good"));
    let value = a.wait_kind(Kind::Value);
    assert_eq!((value.request, &value.value[..]), (request, &b"1"[..]));
    assert_eq!(a.end_of(request).status, Status::Ok);
    assert_eq!(a.status_of(get("bad")), Status::NotFound);
}

#[test]
fn different_values_of_a_key_all_come() {
    let (a, b) = pair();
    let keep = |value: &str| {
        let keep = DhtWork::Keep {
            key: b"k".to_vec(),
            value: value.into(),
            ttl: Duration::from_secs(60),
        };
        Work::Dht(Dht::App, keep)
    };
    a.ok(keep("of a"));
    b.ok(keep("of b"));
    let request = a.ask(get("k"));
    assert_eq!(a.end_of(request).status, Status::Ok);
    let is_value = |event: &crate::event::Event| event.kind == Kind::Value;
    assert_eq!(a.count(is_value), 2);
    let mut values = [a.wait(is_value), a.wait(is_value)].map(|event| event.value);
    values.sort();
    assert_eq!(values, ["of a", "of b"]);
}

#[test]
fn a_record_is_put_to_one_peer() {
    let (a, b) = pair();
    let put = |peer| DhtWork::PutTo {
        peer,
        key: b"k".to_vec(),
        value: b"v".to_vec(),
        ttl: Duration::from_secs(60),
    };
    a.ok(Work::Dht(Dht::App, put(b.peer())));
    assert_eq!(&b.wait_kind(Kind::Record).value[..], b"v");
    let nobody = put(libp2p::PeerId::random());
    assert_eq!(
        a.status_of(Work::Dht(Dht::App, nobody)),
        Status::Unreachable
    );
}

#[test]
fn of_records_of_others_only_names_and_keys_are_taken() {
    let (a, b) = pair();
    a.ok(put_in(Dht::Lan, "/other/k", "no"));
    a.ok(put_in(Dht::Lan, "/ipns/k", "yes"));
    let offered = b.wait_kind(Kind::Record);
    assert_eq!((&offered.value[..], offered.dht), (&b"yes"[..], Dht::Lan));
}

#[test]
fn public_keys_are_stored_at_the_names_of_their_peers() {
    let (a, b) = pair();
    let stored = || b.node.shared.records.locked().counts().0;
    let public = libp2p::identity::Keypair::generate_secp256k1().public();
    let put = |peer: libp2p::PeerId| {
        let put = DhtWork::Put {
            key: [&b"/pk/"[..], &peer.to_bytes()].concat(),
            value: public.encode_protobuf(),
            quorum: 1,
            ttl: Duration::from_secs(60),
        };
        a.ok(Work::Dht(Dht::Lan, put));
    };
    put(libp2p::PeerId::random());
    put(public.to_peer_id());
    while stored() == 0 {
        b.ok(Work::Peers);
    }
    assert_eq!(stored(), 1);
    assert_eq!(b.count(|event| event.kind == Kind::Record), 0);
}

#[test]
fn providers_are_found_and_can_be_dialled() {
    let (a, b) = pair();
    let c = TestNode::new();
    c.dial(&b, "/quic-v1");
    c.wait_kind(Kind::Identified);
    let key = vec![0x12, 1, 7];
    a.ok(Work::Dht(Dht::Lan, DhtWork::Provide(key.clone())));
    let find = || Work::Dht(Dht::Lan, DhtWork::FindProviders(key.clone(), 4));
    // What was sent to b is there at some time.
    while c.status_of(find()) == Status::NotFound {}
    assert_eq!(c.wait_kind(Kind::Provider).peer, Some(a.peer()));
    c.ok(Work::Dial(Some(a.peer()), vec![]));

    a.ok(Work::Dht(Dht::Lan, DhtWork::Unprovide(key.clone())));
    let again = Work::Dht(Dht::Lan, DhtWork::Unprovide(key));
    assert_eq!(a.status_of(again), Status::NotFound);
}

#[test]
fn a_peer_is_found_by_its_id() {
    let (a, b) = pair();
    let c = TestNode::new();
    c.dial(&b, "/tcp/");
    c.wait_kind(Kind::Identified);
    let request = c.ask(Work::Dht(Dht::Lan, DhtWork::FindPeer(a.peer())));
    assert_eq!(c.end_of(request).status, Status::Ok);
    c.wait(|event| event.kind == Kind::Address && event.peer == Some(a.peer()));
    let nobody = libp2p::PeerId::random();
    let find = Work::Dht(Dht::Lan, DhtWork::FindPeer(nobody));
    assert_eq!(c.status_of(find), Status::NotFound);
}

#[test]
fn the_ends_of_a_line_find_what_the_other_has_said() {
    let (a, b, c) = (TestNode::new(), TestNode::new(), TestNode::new());
    a.ok(Work::Block(c.peer(), None));
    c.ok(Work::Block(a.peer(), None));
    for end in [&a, &c] {
        end.dial(&b, "/tcp/");
        end.wait_kind(Kind::Identified);
    }
    for _ in 0..2 {
        b.wait_kind(Kind::Identified);
    }
    c.ok(put("k", "of c"));
    b.verdict(&b.wait_kind(Kind::Record), Verdict::Accept);
    let key = vec![0x12, 1, 9];
    c.ok(Work::Dht(Dht::App, DhtWork::Provide(key.clone())));

    // What was sent to b is there at some time.
    while a.status_of(get("k")) == Status::NotFound {}
    assert_eq!(&a.wait_kind(Kind::Value).value[..], b"of c");
    let find = || Work::Dht(Dht::App, DhtWork::FindProviders(key.clone(), 4));
    while a.status_of(find()) == Status::NotFound {}
    assert_eq!(a.wait_kind(Kind::Provider).peer, Some(c.peer()));
    let is_c =
        |event: &crate::event::Event| event.kind == Kind::Connected && event.peer == Some(c.peer());
    assert_eq!(a.count(is_c), 0);
}

#[test]
fn alone_nothing_is_provided_put_or_found() {
    let a = TestNode::new();
    assert_eq!(a.status_of(put("k", "v")), Status::Unreachable);
    let provide = Work::Dht(Dht::App, DhtWork::Provide(b"k".to_vec()));
    assert_eq!(a.status_of(provide), Status::Unreachable);
    assert_eq!(a.status_of(get("none")), Status::NotFound);
    let find = DhtWork::FindProviders(b"none".to_vec(), 1);
    assert_eq!(a.status_of(Work::Dht(Dht::App, find)), Status::NotFound);
    let wan = Work::Dht(Dht::Wan, DhtWork::Get(b"k".to_vec(), 1));
    assert_eq!(a.status_of(wan), Status::Refused);
}
