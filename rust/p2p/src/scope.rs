//! Who can use an address.

use libp2p::{Multiaddr, multiaddr::Protocol};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everybody.
    Public,
    /// The same network.
    Private,
    /// The same machine.
    Host,
    /// Nobody.
    None,
}

pub fn of(address: &Multiaddr) -> Scope {
    match address.iter().next() {
        Some(Protocol::Ip4(ip)) => match ip {
            _ if ip.is_loopback() => Scope::Host,
            _ if ip.is_unspecified() || ip.is_multicast() || ip.is_broadcast() => Scope::None,
            // 100.64.0.0/10: of a provider's network.
            _ if ip.octets()[0] == 100 && ip.octets()[1] & 0xc0 == 64 => Scope::Private,
            _ if ip.is_private() || ip.is_link_local() => Scope::Private,
            _ => Scope::Public,
        },
        Some(Protocol::Ip6(ip)) => match ip {
            _ if ip.is_loopback() => Scope::Host,
            _ if ip.is_unspecified() || ip.is_multicast() => Scope::None,
            _ if ip.is_unique_local() || ip.is_unicast_link_local() => Scope::Private,
            _ => Scope::Public,
        },
        Some(Protocol::Dns(_) | Protocol::Dns4(_) | Protocol::Dns6(_) | Protocol::Dnsaddr(_)) => {
            Scope::Public
        }
        _ => Scope::None,
    }
}

pub fn is_relayed(address: &Multiaddr) -> bool {
    address.iter().any(|part| part == Protocol::P2pCircuit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_who_can_use_it() {
        for (address, scope) in [
            ("/ip4/127.0.0.1/tcp/1", Scope::Host),
            ("/ip4/10.1.2.3/tcp/1", Scope::Private),
            ("/ip4/100.64.0.1/udp/1/quic-v1", Scope::Private),
            ("/ip4/169.254.0.1/tcp/1", Scope::Private),
            ("/ip4/8.8.8.8/tcp/1", Scope::Public),
            ("/ip4/0.0.0.0/tcp/1", Scope::None),
            ("/ip6/::1/tcp/1", Scope::Host),
            ("/ip6/fd00::1/tcp/1", Scope::Private),
            ("/ip6/fe80::1/tcp/1", Scope::Private),
            ("/ip6/2001:4860::1/tcp/1", Scope::Public),
            ("/dns4/example.org/tcp/1", Scope::Public),
            ("/memory/1", Scope::None),
        ] {
            assert_eq!(of(&address.parse().unwrap()), scope, "{address}");
        }
    }
}
