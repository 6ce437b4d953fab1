use crate::abi::{hermes_p2p_event_kind as Kind, hermes_p2p_status as Status};
use crate::bitswap::cid::{Cid, tests::raw};
use crate::command::{Command, Work};
use crate::testing::{TCP, TestNode};
use libp2p::PeerId;

fn fetch(cids: &[Cid], providers: &[PeerId]) -> Work {
    Work::Fetch {
        session: 1,
        cids: cids.to_vec(),
        providers: providers.to_vec(),
    }
}

fn block(i: u32, len: usize) -> Vec<u8> {
    let mut block = vec![i as u8; len];
    block[..4].copy_from_slice(&i.to_be_bytes());
    block
}

#[test]
fn blocks_come_and_are_kept() {
    for part in ["/tcp/", "/quic-v1"] {
        let (a, b) = (TestNode::new(), TestNode::new());
        let sizes = [4, 1000, 70_000, 2 << 20];
        let blocks: Vec<_> = sizes.iter().map(|len| block(1, *len)).collect();
        let cids: Vec<Cid> = blocks.iter().map(|block| b.blocks.insert(block)).collect();
        a.dial(&b, part);
        let request = a.ask(fetch(&cids, &[]));
        for _ in &cids {
            let event = a.wait_kind(Kind::Block);
            assert_eq!((event.request, event.status), (request, Status::Ok));
            let at = cids
                .iter()
                .position(|cid| *cid.bytes() == event.key)
                .unwrap();
            assert_eq!(event.value, blocks[at]);
            assert_eq!(a.blocks.get(&cids[at]).as_ref(), Some(&blocks[at]));
        }
        assert_eq!(a.end_of(request).status, Status::Ok);
    }
}

#[test]
fn what_nobody_has_is_not_found() {
    let (a, b) = (TestNode::new(), TestNode::new());
    a.dial(&b, "/tcp/");
    let there = b.blocks.insert(b"there");
    let nowhere = raw(b"nowhere");
    let request = a.ask(fetch(&[there.clone(), nowhere.clone()], &[]));
    assert_eq!(a.end_of(request).status, Status::NotFound);
    for (cid, status) in [(there, Status::Ok), (nowhere, Status::NotFound)] {
        let came = a.wait(|event| event.kind == Kind::Block && event.key == cid.bytes());
        assert_eq!(came.status, status);
    }
}

#[test]
fn a_provider_is_dialled() {
    let (a, b) = (TestNode::new(), TestNode::new());
    let cid = b.blocks.insert(b"block");
    let unknown = PeerId::random();
    assert_eq!(
        a.status_of(fetch(&[cid.clone()], &[unknown])),
        Status::NotFound
    );
    // Where it is, a hash table has told.
    let c = TestNode::new();
    c.dial(&b, "/tcp/");
    a.dial(&c, "/tcp/");
    a.wait_kind(Kind::Identified);
    c.wait(|event| event.kind == Kind::Identified && event.peer == Some(b.peer()));
    let find = crate::command::DhtWork::FindPeer(b.peer());
    a.ok(Work::Dht(crate::abi::hermes_p2p_dht::App, find));
    a.ok(fetch(&[cid], &[b.peer()]));
}

#[test]
fn who_waits_for_a_block_gets_it_when_it_comes() {
    let (a, b, c) = (TestNode::new(), TestNode::new(), TestNode::new());
    a.dial(&b, "/tcp/");
    b.dial(&c, "/tcp/");
    let cid = raw(b"later");
    // It is asked for again while b has not got it: b keeps in mind who asked.
    while b.node.shared.stats.wants_held.get() == 0 {
        assert_eq!(a.status_of(fetch(&[cid.clone()], &[])), Status::NotFound);
    }
    c.blocks.insert(b"later");
    b.ok(fetch(&[cid.clone()], &[c.peer()]));
    while b.node.shared.stats.wants_held.get() > 0 {
        b.ok(Work::Peers);
    }

    let cid = b.blocks.insert(b"by hand");
    b.node
        .shared
        .inbox
        .put(Command::Announce(vec![cid.clone()]));
    a.ok(fetch(&[cid], &[]));
}

#[test]
fn many_blocks_come_within_the_memory_that_they_may_take() {
    const COUNT: u32 = 128;
    let a = TestNode::listening(&[TCP], |config| {
        config.max_block_bytes = 1 << 20;
        config.max_wants = 16;
    });
    let b = TestNode::new();
    let cids: Vec<Cid> = (0..COUNT)
        .map(|i| b.blocks.insert(&block(i, 64 << 10)))
        .collect();
    a.dial(&b, "/tcp/");
    let request = a.ask(fetch(&cids, &[]));
    for _ in 0..COUNT {
        let event = a.wait_kind(Kind::Block);
        assert_eq!(event.status, Status::Ok);
        assert!(a.node.shared.lent.bytes() <= (1 << 20) + (16 * 64 << 10));
    }
    assert_eq!(a.end_of(request).status, Status::Ok);
    assert_eq!(a.node.shared.lent.bytes(), 0);
    assert_eq!(
        a.node.shared.stats.block_bytes_received.get(),
        u64::from(COUNT) * (64 << 10)
    );
}

#[test]
fn a_session_ends_its_requests() {
    let (a, b) = (TestNode::new(), TestNode::listening(&[TCP], |_| {}));
    a.dial(&b, "/tcp/");
    // b does not answer while it hangs.
    let (release, hang) = std::sync::mpsc::channel();
    b.node.shared.inbox.put(Command::Hang(hang));
    let request = a.ask(fetch(&[raw(b"1")], &[]));
    let session_end = || unsafe { crate::c_blocks::hermes_p2p_session_end(&raw const a.node, 1) };
    assert_eq!(session_end(), Status::Ok);
    assert_eq!(a.end_of(request).status, Status::Cancelled);
    release.send(()).unwrap();
}
