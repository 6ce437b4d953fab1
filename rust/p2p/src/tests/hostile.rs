//! Peers that do not play by the rules.

use super::pubsub::subscribe;
use crate::abi::{hermes_p2p_event_kind as Kind, hermes_p2p_status as Status};
use crate::bitswap::cid::tests::raw;
use crate::bitswap::frame::Room;
use crate::bitswap::handler::Handler;
use crate::bitswap::message::{Entry, MAX_FRAME, Message};
use crate::command::Work;
use crate::testing::{TCP, TestNode};
use bytes::Bytes;
use futures::StreamExt;
use libp2p::core::{Endpoint, transport::PortUse};
use libp2p::gossipsub::{self, ConfigBuilder, IdentTopic, MessageAuthenticity, ValidationMode};
use libp2p::swarm::{
    ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, NotifyHandler, SwarmEvent,
    THandler, THandlerInEvent, THandlerOutEvent, ToSwarm,
};
use libp2p::{Multiaddr, PeerId, Swarm, SwarmBuilder, noise, tcp, yamux};
use socket2::{Domain, Socket, Type};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::io::{ErrorKind, Read};
use std::net::{SocketAddr, TcpStream};
use std::task::{Context, Poll};

/// Sends frames as they are, and looks at nothing that comes.
struct Frames {
    to_send: Vec<Bytes>,
    queue: VecDeque<ToSwarm<Infallible, Bytes>>,
}

impl NetworkBehaviour for Frames {
    type ConnectionHandler = Handler;
    type ToSwarm = Infallible;

    fn handle_established_inbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(Handler::new(Room::new(Room::of_node())))
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(Handler::new(Room::new(Room::of_node())))
    }

    fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
        if let FromSwarm::ConnectionEstablished(opened) = event {
            for frame in self.to_send.drain(..) {
                self.queue.push_back(ToSwarm::NotifyHandler {
                    peer_id: opened.peer_id,
                    handler: NotifyHandler::One(opened.connection_id),
                    event: frame,
                });
            }
        }
    }

    fn on_connection_handler_event(
        &mut self,
        _: PeerId,
        _: ConnectionId,
        _: THandlerOutEvent<Self>,
    ) {
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        self.queue.pop_front().map_or(Poll::Pending, Poll::Ready)
    }
}

/// Runs a hostile node that dials the node, while `meanwhile` runs.
pub fn attack<B: NetworkBehaviour + Send>(
    node: &TestNode,
    behaviour: impl FnOnce() -> B + Send,
    mut act: impl FnMut(&mut Swarm<B>, &SwarmEvent<B::ToSwarm>) + Send,
    meanwhile: impl FnOnce(PeerId),
) {
    let address = node.address("/tcp/");
    let (tell, peer) = std::sync::mpsc::channel();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            runtime.enable_all().build().unwrap().block_on(async {
                let mut swarm = SwarmBuilder::with_new_identity()
                    .with_tokio()
                    .with_tcp(
                        tcp::Config::default(),
                        noise::Config::new,
                        yamux::Config::default,
                    )
                    .unwrap()
                    .with_behaviour(|_| behaviour())
                    .unwrap()
                    .build();
                tell.send(*swarm.local_peer_id()).unwrap();
                swarm.dial(address).unwrap();
                let run = async {
                    loop {
                        let event = swarm.select_next_some().await;
                        act(&mut swarm, &event);
                    }
                };
                tokio::select! { _ = run => {}, _ = stopped => {} }
            });
        });
        meanwhile(peer.recv().unwrap());
        drop(stop);
    });
}

fn attack_with_frames(node: &TestNode, frames: Vec<Bytes>, meanwhile: impl FnOnce(PeerId)) {
    let behaviour = || Frames {
        to_send: frames,
        queue: VecDeque::new(),
    };
    attack(node, behaviour, |_, _| {}, meanwhile);
}

fn is_sent_off(frames: Vec<Bytes>) {
    let node = TestNode::listening(&[TCP], |_| {});
    attack_with_frames(&node, frames, |peer| {
        node.wait(|event| event.kind == Kind::Disconnected && event.peer == Some(peer));
    });
    assert_eq!(node.node.shared.stats.bitswap_errors.get(), 1);
    serves(&node);
}

/// Those that play by the rules are served, at once.
fn serves(node: &TestNode) {
    let good = TestNode::listening(&[TCP], |_| {});
    let cid = node.blocks.insert(b"for a good peer");
    good.dial(node, "/tcp/");
    good.ok(Work::Fetch {
        session: 0,
        cids: vec![cid],
        providers: vec![node.peer()],
    });
}

#[test]
fn who_sends_a_frame_that_is_too_large_is_sent_off() {
    is_sent_off(vec![vec![0; MAX_FRAME + 1].into()]);
}

#[test]
fn who_sends_what_is_no_bitswap_is_sent_off() {
    is_sent_off(vec![Bytes::from_static(b"\xff\xff\xff garbage")]);
}

#[test]
fn who_sends_blocks_that_cannot_be_checked_is_sent_off() {
    let unusable: &[u8] = b"\x1a\x0a\x0a\x04\x01\x55\x00\x05\x12\x02ab";
    is_sent_off(vec![unusable.repeat(99).into()]);
}

#[test]
fn connections_that_say_nothing_leave_room_for_other_addresses() {
    let node = TestNode::listening(&[TCP], |config| config.one_host = false);
    let address = node.address("/tcp/");
    let port = crate::cut_off::ports([&address].into_iter())
        .pop_last()
        .unwrap();
    let silent = |_| {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        let from: SocketAddr = "127.0.0.2:0".parse().unwrap();
        socket.bind(&from.into()).unwrap();
        socket
            .connect(&SocketAddr::from(([127, 0, 0, 1], port)).into())
            .unwrap();
        TcpStream::from(socket)
    };
    let mut flood: Vec<TcpStream> = (0..200).map(silent).collect();
    // All that find no place are closed.
    for one in &mut flood[8..] {
        let came = one.read(&mut [0; 64]).map_err(|why| why.kind());
        assert!(
            matches!(came, Ok(0) | Err(ErrorKind::ConnectionReset)),
            "{came:?}"
        );
    }
    serves(&node);
}

#[test]
fn blocks_that_nobody_asked_for_are_not_kept() {
    let node = TestNode::listening(&[TCP], |_| {});
    let data = Bytes::from_static(b"unasked");
    let message = Message {
        blocks: vec![(raw(&data), data.clone()); 9],
        ..Message::default()
    };
    attack_with_frames(&node, vec![message.encode()], |_| {
        while node.node.shared.stats.blocks_refused.get() < 9 {
            node.ok(Work::Peers);
        }
    });
    assert_eq!(node.blocks.get(&raw(&data)), None);
}

#[test]
fn giant_want_lists_take_a_bounded_place() {
    let node = TestNode::listening(&[TCP], |config| config.max_wants_per_peer = 100);
    let wants = |from: u32| {
        let want = |i: u32| Entry {
            cid: raw(&i.to_be_bytes()).bytes().clone(),
            send_dont_have: true,
            ..Entry::default()
        };
        let wants = (from..from + 8000).map(want).collect();
        let message = Message {
            wants,
            ..Message::default()
        };
        message.encode()
    };
    let frames = (0..8).map(|i| wants(i * 8000)).collect();
    attack_with_frames(&node, frames, |_| {
        while node.node.shared.stats.wants_held.get() < 100 {
            node.ok(Work::Peers);
        }
        serves(&node);
        assert_eq!(node.node.shared.stats.wants_held.get(), 100);
    });
}

fn unsigned() -> gossipsub::Behaviour {
    let config = ConfigBuilder::default()
        .validation_mode(ValidationMode::None)
        .build()
        .unwrap();
    gossipsub::Behaviour::new(MessageAuthenticity::Anonymous, config).unwrap()
}

#[test]
fn unsigned_messages_are_not_heard() {
    let node = TestNode::listening(&[TCP], |_| {});
    subscribe(&node, "t");
    let act = |swarm: &mut Swarm<gossipsub::Behaviour>, event: &SwarmEvent<gossipsub::Event>| {
        if let SwarmEvent::Behaviour(gossipsub::Event::Subscribed { .. }) = event {
            for i in 0..50_u8 {
                let _ = swarm.behaviour_mut().publish(IdentTopic::new("t"), vec![i]);
            }
        }
    };
    attack(&node, unsigned, act, |peer| {
        // What it does wrong is seen in its score.
        loop {
            let end = node.end_of(node.ask(Work::Score(peer)));
            if end.status == Status::Ok && end.score < 0.0 {
                break;
            }
        }
    });
    assert_eq!(node.count(|event| event.kind == Kind::Message), 0);
}

#[test]
fn a_flood_of_subscriptions_leaves_room_for_others() {
    let node = TestNode::listening(&[TCP], |config| config.max_topics_per_peer = 50);
    subscribe(&node, "t");
    let flood = || {
        let mut behaviour = unsigned();
        for i in 0..10_000 {
            let _ = behaviour.subscribe(&IdentTopic::new(format!("topic {i}")));
        }
        behaviour
    };
    attack(
        &node,
        flood,
        |_, _| {},
        |_| {
            node.wait_kind(Kind::Connected);
            let good = TestNode::listening(&[TCP], |_| {});
            subscribe(&good, "t");
            good.dial(&node, "/tcp/");
            good.wait_kind(Kind::PeerSubscribed);
            let publish = Work::Publish("t".into(), b"from a good peer".to_vec());
            good.ok(publish);
            assert_eq!(node.wait_kind(Kind::Message).author, Some(good.peer()));
        },
    );
}
