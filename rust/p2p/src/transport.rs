//! How bytes get to peers: TCP with Noise and Yamux, QUIC, through relays; in a private network TCP
//! alone, behind its key.

use crate::config::Config;
use futures::future::Either;
use libp2p::core::muxing::StreamMuxerBox;
use libp2p::core::transport::{Boxed, OrTransport};
use libp2p::core::upgrade::Version;
use libp2p::pnet::{PnetConfig, PreSharedKey};
use libp2p::{PeerId, Transport, dns, noise, quic, relay, tcp, yamux};
use std::io;
use std::time::Duration;

/// A connection is set up within it.
const WITHIN: Duration = Duration::from_secs(10);

type Connection = (PeerId, StreamMuxerBox);

/// Within a runtime.
pub fn build(
    config: &Config,
    relay: Option<relay::client::Transport>,
) -> io::Result<Boxed<Connection>> {
    // Without a resolver to be configured, names are not resolved.
    let direct = match dns::tokio::Transport::system(direct(config)?) {
        Ok(resolving) => resolving.boxed(),
        Err(_) => self::direct(config)?,
    };
    let Some(relay) = relay else {
        return Ok(direct);
    };
    let relayed = relay
        .upgrade(Version::V1Lazy)
        .authenticate(noise::Config::new(&config.key).map_err(io::Error::other)?)
        .multiplex(yamux::Config::default())
        .timeout(WITHIN)
        .map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer)))
        .boxed();
    Ok(either(relayed, direct))
}

fn direct(config: &Config) -> io::Result<Boxed<Connection>> {
    let key = config.network_key.map(PreSharedKey::new);
    let tcp = tcp::tokio::Transport::new(tcp::Config::default().nodelay(true))
        .and_then(move |socket, _| async move {
            match key {
                None => Ok(Either::Left(socket)),
                Some(key) => PnetConfig::new(key)
                    .handshake(socket)
                    .await
                    .map(Either::Right)
                    .map_err(io::Error::other),
            }
        })
        .upgrade(Version::V1Lazy)
        .authenticate(noise::Config::new(&config.key).map_err(io::Error::other)?)
        .multiplex(yamux::Config::default())
        .timeout(WITHIN)
        .map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer)))
        .boxed();
    if config.is_private() {
        return Ok(tcp);
    }
    let quic = quic::tokio::Transport::new(quic::Config::new(&config.key))
        .map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer)))
        .boxed();
    Ok(either(quic, tcp))
}

fn either(first: Boxed<Connection>, second: Boxed<Connection>) -> Boxed<Connection> {
    OrTransport::new(first, second)
        .map(|either, _| either.into_inner())
        .boxed()
}
