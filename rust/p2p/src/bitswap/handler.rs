//! Bitswap on one connection: streams that the peer opens, as many as it likes within a limit, for a
//! message or for many; and one of ours.

use super::frame::{self, Room};
use super::message::Message;
use bytes::Bytes;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
use libp2p::core::upgrade::ReadyUpgrade;
use libp2p::swarm::handler::{
    ConnectionEvent, DialUpgradeError, FullyNegotiatedInbound, FullyNegotiatedOutbound,
    StreamUpgradeError,
};
use libp2p::swarm::{ConnectionHandler, ConnectionHandlerEvent, SubstreamProtocol};
use libp2p::{Stream, StreamProtocol};
use std::collections::VecDeque;
use std::io;
use std::task::{Context, Poll};

pub const PROTOCOL: StreamProtocol = StreamProtocol::new("/ipfs/bitswap/1.2.0");

/// Open at a time, by the peer.
const MAX_INBOUND: usize = 128;
/// A frame is sent on so many streams until the connection is given up.
const MAX_ATTEMPTS: usize = 3;

#[derive(Debug)]
pub enum FromHandler {
    Received(Message),
    /// A frame of so many bytes.
    Sent(usize),
    /// The peer has no bitswap.
    NotSpoken,
    /// What it sends is none, or nothing can be sent to it.
    Broken,
}

pub struct Handler {
    room: Room,
    inbound: FuturesUnordered<BoxFuture<'static, Reading>>,
    queue: VecDeque<Bytes>,
    outbound: Outbound,
    attempts: usize,
    said: VecDeque<FromHandler>,
}

type Reading = (Stream, io::Result<Option<Message>>);

enum Outbound {
    Closed,
    Opening,
    Open(Stream),
    /// The first of the queue.
    Writing(BoxFuture<'static, io::Result<Stream>>),
}

impl Handler {
    pub fn new(room: Room) -> Self {
        Handler {
            room,
            inbound: FuturesUnordered::new(),
            queue: VecDeque::new(),
            outbound: Outbound::Closed,
            attempts: 0,
            said: VecDeque::new(),
        }
    }

    fn read(&self, mut stream: Stream) {
        let room = self.room.clone();
        let reading = async move {
            let message = frame::read(&mut stream, &room).await;
            (stream, message)
        };
        self.inbound.push(reading.boxed());
    }

    fn write_failed(&mut self) {
        self.outbound = Outbound::Closed;
        self.attempts += 1;
        if self.attempts >= MAX_ATTEMPTS {
            self.queue.clear();
            self.said.push_back(FromHandler::Broken);
        }
    }

    /// Writes what is queued. True if a stream is to be opened.
    fn poll_outbound(&mut self, cx: &mut Context<'_>) -> bool {
        loop {
            self.outbound = match std::mem::replace(&mut self.outbound, Outbound::Closed) {
                Outbound::Writing(mut writing) => match writing.poll_unpin(cx) {
                    Poll::Pending => {
                        self.outbound = Outbound::Writing(writing);
                        return false;
                    }
                    Poll::Ready(Ok(stream)) => {
                        let sent = self.queue.pop_front().map_or(0, |frame| frame.len());
                        self.attempts = 0;
                        self.said.push_back(FromHandler::Sent(sent));
                        Outbound::Open(stream)
                    }
                    Poll::Ready(Err(_)) => {
                        self.write_failed();
                        continue;
                    }
                },
                Outbound::Open(mut stream) => match self.queue.front().cloned() {
                    Some(frame) => Outbound::Writing(
                        async move {
                            frame::write(&mut stream, &frame).await?;
                            Ok(stream)
                        }
                        .boxed(),
                    ),
                    None => {
                        self.outbound = Outbound::Open(stream);
                        return false;
                    }
                },
                Outbound::Closed if !self.queue.is_empty() => {
                    self.outbound = Outbound::Opening;
                    return true;
                }
                idle => {
                    self.outbound = idle;
                    return false;
                }
            }
        }
    }

    fn poll_inbound(&mut self, cx: &mut Context<'_>) {
        while let Poll::Ready(Some((stream, message))) = self.inbound.poll_next_unpin(cx) {
            match message {
                Ok(Some(message)) => {
                    self.read(stream);
                    self.said.push_back(FromHandler::Received(message));
                    return;
                }
                Err(why) if why.kind() == io::ErrorKind::InvalidData => {
                    self.said.push_back(FromHandler::Broken);
                    return;
                }
                Err(why) if why.kind() == io::ErrorKind::TimedOut => {
                    self.said.push_back(FromHandler::Broken);
                    return;
                }
                // The end, or what the connection will say itself.
                Ok(None) | Err(_) => {}
            }
        }
    }
}

impl ConnectionHandler for Handler {
    /// A frame to send.
    type FromBehaviour = Bytes;
    type ToBehaviour = FromHandler;
    type InboundProtocol = ReadyUpgrade<StreamProtocol>;
    type OutboundProtocol = ReadyUpgrade<StreamProtocol>;
    type InboundOpenInfo = ();
    type OutboundOpenInfo = ();

    fn listen_protocol(&self) -> SubstreamProtocol<Self::InboundProtocol> {
        SubstreamProtocol::new(ReadyUpgrade::new(PROTOCOL), ())
    }

    fn connection_keep_alive(&self) -> bool {
        !self.queue.is_empty()
    }

    fn on_behaviour_event(&mut self, frame: Bytes) {
        self.queue.push_back(frame);
    }

    fn on_connection_event(
        &mut self,
        event: ConnectionEvent<'_, Self::InboundProtocol, Self::OutboundProtocol>,
    ) {
        match event {
            ConnectionEvent::FullyNegotiatedInbound(FullyNegotiatedInbound {
                protocol, ..
            }) if self.inbound.len() < MAX_INBOUND => self.read(protocol),
            ConnectionEvent::FullyNegotiatedOutbound(FullyNegotiatedOutbound {
                protocol, ..
            }) => self.outbound = Outbound::Open(protocol),
            ConnectionEvent::DialUpgradeError(DialUpgradeError { error, .. }) => match error {
                StreamUpgradeError::NegotiationFailed => {
                    self.outbound = Outbound::Closed;
                    self.queue.clear();
                    self.said.push_back(FromHandler::NotSpoken);
                }
                _ => self.write_failed(),
            },
            _ => {}
        }
    }

    fn poll(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<ConnectionHandlerEvent<Self::OutboundProtocol, (), FromHandler>> {
        // One message at a time: a node that has much to do reads on when it has done it.
        if self.said.is_empty() {
            self.poll_inbound(cx);
        }
        if self.poll_outbound(cx) {
            return Poll::Ready(ConnectionHandlerEvent::OutboundSubstreamRequest {
                protocol: SubstreamProtocol::new(ReadyUpgrade::new(PROTOCOL), ()),
            });
        }
        match self.said.pop_front() {
            Some(said) => Poll::Ready(ConnectionHandlerEvent::NotifyBehaviour(said)),
            None => Poll::Pending,
        }
    }
}
