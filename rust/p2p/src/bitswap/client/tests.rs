use super::super::cid::tests::raw;
use super::*;

fn peers<const N: usize>(client: &mut Client) -> [PeerId; N] {
    let peers = [(); N].map(|()| PeerId::random());
    peers.iter().for_each(|peer| client.connected(*peer));
    peers
}

/// Who is asked for the block of whom, and who only whether it has it.
fn asked(client: &mut Client) -> (Vec<PeerId>, Vec<PeerId>, Vec<PeerId>) {
    client.pump(Instant::now(), |_| true);
    let (mut for_block, mut whether, mut cancelled) = (vec![], vec![], vec![]);
    for (peer, message) in client.take_outgoing() {
        for want in message.wants {
            match (want.cancel, want.have_only) {
                (true, _) => cancelled.push(peer),
                (false, true) => whether.push(peer),
                (false, false) => for_block.push(peer),
            }
        }
    }
    (for_block, whether, cancelled)
}

fn deliver(client: &mut Client, peer: &PeerId, cid: &Cid) {
    assert!(client.block(peer, cid));
    client.stored(cid, Status::Ok);
}

#[test]
fn a_block_is_asked_from_one_peer_while_others_are_asked_whether_they_have_it() {
    let mut client = Client::new(9);
    let all: [PeerId; 3] = peers(&mut client);
    let cid = raw(b"1");
    client.fetch(1, 5, vec![cid.clone()], vec![]);
    let (for_block, whether, _) = asked(&mut client);
    assert_eq!((for_block.len(), whether.len()), (1, 2));
    deliver(&mut client, &for_block[0], &cid);
    assert_eq!(
        client.take_said(),
        [Said::Block(1, cid, Status::Ok), Said::Done(1, Status::Ok)]
    );
    let (_, _, cancelled) = asked(&mut client);
    assert_eq!(cancelled, whether);

    // Who had the first is asked for the second, alone.
    client.fetch(2, 5, vec![raw(b"2")], vec![]);
    assert_eq!(asked(&mut client), (for_block, vec![], vec![]));
    assert_eq!(all.len(), 3);
}

#[test]
fn who_says_no_is_followed_by_the_next() {
    let mut client = Client::new(9);
    let _: [PeerId; 2] = peers(&mut client);
    let cid = raw(b"1");
    client.fetch(1, 0, vec![cid.clone()], vec![]);
    let (first, second, _) = asked(&mut client);
    client.presence(&second[0], cid.bytes(), true);
    client.presence(&first[0], cid.bytes(), false);
    assert_eq!(asked(&mut client).0, second);
    client.presence(&second[0], cid.bytes(), false);
    asked(&mut client);
    assert_eq!(
        client.take_said(),
        [
            Said::Block(1, cid, Status::NotFound),
            Said::Done(1, Status::NotFound)
        ]
    );
}

#[test]
fn without_peers_nothing_is_found() {
    let mut client = Client::new(9);
    client.fetch(1, 0, vec![raw(b"1")], vec![]);
    asked(&mut client);
    assert_eq!(client.take_said().len(), 2);
    client.fetch(2, 0, vec![], vec![]);
    assert_eq!(client.take_said(), [Said::Done(2, Status::Ok)]);
}

#[test]
fn a_provider_is_dialled_and_awaited() {
    let mut client = Client::new(9);
    let _: [PeerId; 1] = peers(&mut client);
    let (one, other) = (PeerId::random(), PeerId::random());
    client.fetch(1, 0, vec![raw(b"1")], vec![one, other]);
    assert_eq!(client.take_to_dial(), [one, other]);
    assert_eq!(asked(&mut client).0, []);
    client.unreachable(&one);
    assert_eq!(asked(&mut client).0, []);
    client.connected(other);
    assert_eq!(asked(&mut client).0, [other]);
    client.gone(&other, false);
    asked(&mut client);
    assert_eq!(client.take_said().len(), 2);
}

#[test]
fn who_does_not_answer_is_passed_over() {
    let mut client = Client::new(9);
    let _: [PeerId; 2] = peers(&mut client);
    let cid = raw(b"1");
    client.fetch(1, 0, vec![cid.clone()], vec![]);
    let (slow, other, _) = asked(&mut client);
    client.presence(&other[0], cid.bytes(), true);
    client.tick(Instant::now());
    assert_eq!(asked(&mut client).0, []);
    client.tick(Instant::now() + PATIENCE);
    assert_eq!(asked(&mut client).0, other);
    // Its answer counts, late as it is.
    deliver(&mut client, &slow[0], &cid);
    assert_eq!(client.take_said().len(), 2);
}

#[test]
fn wants_are_bounded_and_sessions_take_turns() {
    let mut client = Client::new(2);
    let [peer] = peers(&mut client);
    let many: Vec<Cid> = (0..9_u8).map(|i| raw(&[i])).collect();
    client.fetch(1, 1, many.clone(), vec![]);
    client.fetch(2, 2, vec![raw(b"x")], vec![]);
    client.pump(Instant::now(), |_| true);
    let wants = &client.take_outgoing()[&peer].wants;
    let cids: Vec<&Bytes> = wants.iter().map(|want| &want.cid).collect();
    assert_eq!(cids, [many[0].bytes(), raw(b"x").bytes()]);
    assert_eq!(asked(&mut client).0, []);
    deliver(&mut client, &peer, &many[0]);
    assert_eq!(asked(&mut client).0, [peer]);
    client.pump(Instant::now(), |_| false);
    deliver(&mut client, &peer, &many[1]);
    client.pump(Instant::now(), |_| false);
    assert!(client.take_outgoing().is_empty());
}

#[test]
fn an_abandoned_request_is_cancelled_unless_another_wants_the_same() {
    let mut client = Client::new(9);
    let [peer] = peers(&mut client);
    let cid = raw(b"1");
    client.fetch(1, 0, vec![cid.clone()], vec![]);
    client.fetch(2, 0, vec![cid.clone()], vec![]);
    assert_eq!(asked(&mut client).0, [peer]);
    client.abandon(1);
    assert_eq!(asked(&mut client).2, []);
    client.abandon(2);
    assert_eq!(asked(&mut client).2, [peer]);
    assert!(!client.block(&peer, &cid));
    assert!(client.take_said().is_empty());
    assert!(client.wants.is_empty() && client.sessions.is_empty());
    assert_eq!(client.asking, 0);
}

#[test]
fn a_session_ends_with_its_requests() {
    let mut client = Client::new(9);
    let [peer] = peers(&mut client);
    client.fetch(1, 7, vec![raw(b"1"), raw(b"2")], vec![]);
    client.fetch(2, 7, vec![raw(b"2")], vec![]);
    asked(&mut client);
    assert_eq!(client.end_session(7), [1, 2]);
    assert_eq!(asked(&mut client).2, [peer, peer]);
    assert!(client.sessions.is_empty() && client.wants.is_empty());
}

#[test]
fn what_was_not_asked_for_is_not_taken() {
    let mut client = Client::new(9);
    let [peer] = peers(&mut client);
    assert!(!client.block(&peer, &raw(b"1")));
    client.presence(&peer, raw(b"1").bytes(), true);
    client.presence(&peer, &Bytes::from_static(b"no cid"), false);
    assert!(client.take_outgoing().is_empty());
}

#[test]
fn a_peer_without_bitswap_is_not_asked() {
    let mut client = Client::new(9);
    let [mute] = peers(&mut client);
    client.fetch(1, 0, vec![raw(b"1")], vec![]);
    assert_eq!(asked(&mut client).0, [mute]);
    client.gone(&mute, true);
    assert_eq!(asked(&mut client).0, []);
    assert_eq!(client.take_said().len(), 2);
}
