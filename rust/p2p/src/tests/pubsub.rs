use crate::abi::{
    hermes_p2p_event_kind as Kind, hermes_p2p_status as Status, hermes_p2p_topic,
    hermes_p2p_verdict as Verdict,
};
use crate::command::Work;
use crate::event::Event;
use crate::pubsub::Scoring;
use crate::testing::{TCP, TestNode};
use std::time::Duration;

pub fn subscribe(node: &TestNode, topic: &str) {
    node.ok(Work::Subscribe(topic.into(), Scoring::default()));
}

/// Two that are connected and listen to the topic.
fn pair(part: &str) -> (TestNode, TestNode) {
    let (a, b) = (TestNode::new(), TestNode::new());
    a.dial(&b, part);
    subscribe(&a, "t");
    subscribe(&b, "t");
    a.wait_kind(Kind::PeerSubscribed);
    b.wait_kind(Kind::PeerSubscribed);
    (a, b)
}

/// Until it is taken: queues may be full.
pub fn publish(node: &TestNode, data: &[u8]) -> u64 {
    loop {
        let end = node.end_of(node.ask(Work::Publish("t".into(), data.to_vec())));
        match end.status {
            Status::Busy => {}
            status => {
                assert_eq!(status, Status::Ok, "{}", end.text);
                return end.number;
            }
        }
    }
}

fn message(node: &TestNode) -> Event {
    node.wait_kind(Kind::Message)
}

#[test]
fn a_message_says_who_published_it() {
    let (a, b) = pair("/tcp/");
    let sequence = publish(&a, b"hello");
    let came = message(&b);
    assert_eq!((came.author, came.peer), (Some(a.peer()), Some(a.peer())));
    assert_eq!((&came.key[..], &came.value[..]), (&b"t"[..], &b"hello"[..]));
    assert_eq!(came.number, sequence);
    assert_eq!(b.verdict(&came, Verdict::Accept), Status::Ok);
    assert_eq!(b.verdict(&came, Verdict::Accept), Status::NotFound);
    assert!(publish(&a, b"more") > sequence);
}

#[test]
fn a_thousand_messages_come_once_each_and_in_order() {
    for part in ["/tcp/", "/quic-v1"] {
        let (a, b) = pair(part);
        for i in 0..1000_u32 {
            publish(&a, &i.to_be_bytes());
        }
        for i in 0..1000_u32 {
            let came = message(&b);
            assert_eq!(&came.value[..], i.to_be_bytes());
            b.verdict(&came, Verdict::Accept);
        }
        assert_eq!(b.count(|event| event.kind == Kind::Message), 0);
    }
}

#[test]
fn who_listens_to_very_much_is_heard_and_hears() {
    let (a, b) = (TestNode::new(), TestNode::new());
    for i in 0..200 {
        subscribe(&a, &format!("{i:0>250}"));
    }
    subscribe(&a, "t");
    subscribe(&b, "t");
    a.dial(&b, "/tcp/");
    b.wait_kind(Kind::PeerSubscribed);
    a.wait_kind(Kind::PeerSubscribed);
    publish(&b, b"to a");
    assert_eq!(&message(&a).value[..], b"to a");
    publish(&a, b"to b");
    assert_eq!(&message(&b).value[..], b"to b");
}

#[test]
fn messages_of_the_greatest_size_come_one_after_the_other() {
    let (a, b) = pair("/tcp/");
    let size = a.node.shared.config.max_message;
    let sizes = [size, 1, size, size];
    for size in sizes {
        publish(&a, &vec![b'm'; size]);
    }
    for size in sizes {
        assert_eq!(message(&b).value.len(), size);
    }
}

#[test]
fn nothing_is_forwarded_before_its_verdict() {
    let (a, b, c) = (TestNode::new(), TestNode::new(), TestNode::new());
    for node in [&a, &b, &c] {
        subscribe(node, "t");
    }
    // A line: the ends do not know each other.
    a.ok(Work::Block(c.peer(), None));
    c.ok(Work::Block(a.peer(), None));
    a.dial(&b, "/tcp/");
    c.dial(&b, "/tcp/");
    a.wait_kind(Kind::PeerSubscribed);
    c.wait_kind(Kind::PeerSubscribed);
    b.wait(|event| event.kind == Kind::PeerSubscribed && event.peer == Some(c.peer()));
    b.wait(|event| event.kind == Kind::PeerSubscribed && event.peer == Some(a.peer()));

    for (data, verdict) in [
        (b"ignored", Verdict::Ignore),
        (b"invalid", Verdict::Reject),
        (b"is fine", Verdict::Accept),
    ] {
        publish(&a, data);
        let came = message(&b);
        assert_eq!(&came.value[..], data);
        assert_eq!(b.verdict(&came, verdict), Status::Ok);
    }
    let came = message(&c);
    assert_eq!(&came.value[..], b"is fine");
    assert_eq!((came.author, came.peer), (Some(a.peer()), Some(b.peer())));
    assert_eq!(c.count(|event| event.kind == Kind::Message), 0);

    let score = b.ok(Work::Score(a.peer())).score;
    assert!(score < 0.0, "{score}");
}

#[test]
fn without_a_verdict_a_message_is_ignored() {
    let (a, b) = (
        TestNode::new(),
        TestNode::listening(&[TCP], |config| {
            config.verdict_within = Duration::from_millis(100)
        }),
    );
    a.dial(&b, "/tcp/");
    subscribe(&a, "t");
    subscribe(&b, "t");
    a.wait_kind(Kind::PeerSubscribed);
    publish(&a, b"late");
    let came = message(&b);
    while b.node.shared.stats.verdicts_late.get() == 0 {
        // Something that takes its time: the node answers only between its ticks.
        b.ok(Work::Peers);
    }
    assert_eq!(b.verdict(&came, Verdict::Accept), Status::NotFound);
}

#[test]
fn who_publishes_what_is_invalid_is_scored_down_and_sent_off() {
    let (a, b) = pair("/tcp/");
    // Two are enough.
    let strict = hermes_p2p_topic {
        weight: 1.0,
        invalid_penalty: 40.0,
        first_delivery: 0.0,
    };
    let strict = Scoring::from_c(&strict).unwrap();
    b.ok(Work::Subscribe("t".into(), strict));
    for i in 0..2_u8 {
        publish(&a, &[i]);
        let came = message(&b);
        b.verdict(&came, Verdict::Reject);
    }
    b.wait_kind(Kind::Disconnected);
    let address = vec![a.address("/tcp/")];
    assert_eq!(b.status_of(Work::Dial(None, address)), Status::Refused);
}

#[test]
fn a_topic_that_nobody_listens_to_is_said_to_be_so() {
    let a = TestNode::new();
    let publish = Work::Publish("nobody".into(), vec![1]);
    assert_eq!(a.status_of(publish), Status::Unreachable);
    assert_eq!(a.status_of(Work::Unsubscribe("t".into())), Status::NotFound);
}

#[test]
fn unsubscribing_is_heard() {
    let (a, b) = pair("/tcp/");
    b.ok(Work::Unsubscribe("t".into()));
    assert_eq!(a.wait_kind(Kind::PeerUnsubscribed).peer, Some(b.peer()));
    let publish = Work::Publish("t".into(), vec![1]);
    assert_eq!(a.status_of(publish), Status::Unreachable);
}

#[test]
fn topics_are_limited() {
    let a = TestNode::listening(&[], |config| config.max_topics = 1);
    subscribe(&a, "t");
    subscribe(&a, "t");
    let other = Work::Subscribe("u".into(), Scoring::default());
    assert_eq!(a.status_of(other), Status::Refused);
}

#[test]
fn what_nobody_polls_is_dropped_and_ignored() {
    let (a, b) = (
        TestNode::new(),
        TestNode::listening(&[TCP], |config| config.max_events = 8),
    );
    a.dial(&b, "/tcp/");
    subscribe(&a, "t");
    subscribe(&b, "t");
    a.wait_kind(Kind::PeerSubscribed);
    b.count(|_| true);
    for i in 0..100_u8 {
        publish(&a, &[i]);
    }
    while b.node.shared.stats.messages_received.get() < 100 {
        a.ok(Work::Peers);
    }
    assert!(b.node.shared.outbox.counts().0 <= 10);
    assert!(b.wait_kind(Kind::Dropped).number >= 92);
}
