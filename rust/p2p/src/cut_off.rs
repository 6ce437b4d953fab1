//! Takes the connections from a swarm that hangs, which cannot close them itself: peers would go on
//! writing to it, and the ports would stay taken.
//!
//! They are those of the TCP sockets of this process that have a port of its listeners: libp2p dials
//! from there too. QUIC ends by itself, when nobody answers.

use libp2p::Multiaddr;
use libp2p::multiaddr::Protocol;
use socket2::{SockRef, Type};
use std::collections::BTreeSet;
use std::net::Shutdown;
use std::os::fd::{BorrowedFd, RawFd};

pub fn ports<'a>(addresses: impl Iterator<Item = &'a Multiaddr>) -> BTreeSet<u16> {
    let tcp = |address: &Multiaddr| {
        address.iter().find_map(|part| match part {
            Protocol::Tcp(port) if port != 0 => Some(port),
            _ => None,
        })
    };
    addresses.filter_map(tcp).collect()
}

/// Who hangs closes no descriptor, so none becomes another meanwhile.
pub fn cut_off(ports: &BTreeSet<u16>) {
    let Ok(open) = std::fs::read_dir("/proc/self/fd") else {
        return;
    };
    let descriptors: Vec<RawFd> = open
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .collect();
    for descriptor in descriptors {
        // Safety: where it is no longer open, what is asked of it fails.
        let descriptor = unsafe { BorrowedFd::borrow_raw(descriptor) };
        let socket = SockRef::from(&descriptor);
        let is_stream = socket.r#type().is_ok_and(|kind| kind == Type::STREAM);
        let address = socket
            .local_addr()
            .ok()
            .and_then(|address| address.as_socket());
        if is_stream && address.is_some_and(|address| ports.contains(&address.port())) {
            let _ = socket.shutdown(Shutdown::Both);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;
    use std::net::{TcpListener, TcpStream};

    #[test]
    fn connections_and_listeners_at_a_port_are_closed() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let other = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let mut dialed = TcpStream::connect(address).unwrap();
        let (_accepted, _) = listener.accept().unwrap();
        cut_off(&BTreeSet::from([address.port()]));
        assert_eq!(dialed.read(&mut [0]).unwrap(), 0);
        assert!(TcpStream::connect(address).is_err());
        TcpStream::connect(other.local_addr().unwrap()).unwrap();
    }

    #[test]
    fn of_addresses_those_of_tcp_have_a_port() {
        let addresses: Vec<Multiaddr> = [
            "/ip4/127.0.0.1/tcp/7",
            "/ip4/127.0.0.1/tcp/0",
            "/ip4/127.0.0.1/udp/8/quic-v1",
        ]
        .map(|address| address.parse().unwrap())
        .to_vec();
        assert_eq!(ports(addresses.iter()), BTreeSet::from([7]));
    }
}
