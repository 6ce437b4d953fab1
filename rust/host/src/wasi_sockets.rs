//! wasi:sockets. What a socket does, the crate does. Whether there may be one, whom it may reach and
//! which names it may ask for, C++ says, whose rules are those of hermes:http-request.

use crate::host::{Answer, Host, Wait, hermes_slot};
use crate::wasi::Wasi;
use crate::wasi_http::hermes_wasi_host;
use std::ffi::c_void;
use std::future::{Future, poll_fn};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};
use wasmtime::component::{Linker, LinkerInstance, Resource, ResourceType};
use wasmtime::{Result, StoreContextMut};
use wasmtime_wasi::WasiCtxBuilder;
use wasmtime_wasi::p2::bindings::sockets::network::{
    ErrorCode, IpAddress, IpAddressFamily, Network,
};
use wasmtime_wasi::p2::bindings::sockets::{tcp_create_socket, udp_create_socket};
use wasmtime_wasi::p2::{DynPollable, Pollable, SocketResult, TcpSocket, UdpSocket, subscribe};
use wasmtime_wasi::sockets::{SocketAddrUse, WasiSocketsCtx, WasiSocketsCtxView};

/// What a socket is about to do with an address.
#[repr(C)]
pub enum hermes_socket_use {
    HERMES_TCP_CONNECT,
    HERMES_UDP_SEND,
    /// What comes from there is dropped where it may not.
    HERMES_UDP_RECEIVE,
}

/// What C++ knows of the sockets of a call, as long as one of them may be in use.
struct Reach {
    handle: *mut c_void,
    host: hermes_wasi_host,
}

// C++ promises that it may be used from any thread.
unsafe impl Send for Reach {}
unsafe impl Sync for Reach {}

impl Drop for Reach {
    fn drop(&mut self) {
        if let Some(close) = self.host.close_sockets {
            unsafe { close(self.handle) }
        }
    }
}

/// An address of IPv4 as ::ffff:1.2.3.4.
fn bytes_of(address: IpAddr) -> [u8; 16] {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
        IpAddr::V6(address) => address.octets(),
    }
}

impl Reach {
    /// Guests connect and send; to listen is the gateway's business. So they have any port of their
    /// own, never one that they choose.
    fn allows(&self, address: SocketAddr, reason: SocketAddrUse) -> bool {
        let way = match reason {
            SocketAddrUse::TcpBind | SocketAddrUse::UdpBind => {
                return address.ip().is_unspecified() && address.port() == 0;
            }
            SocketAddrUse::TcpListen | SocketAddrUse::TcpAccept => return false,
            SocketAddrUse::TcpConnect => hermes_socket_use::HERMES_TCP_CONNECT,
            SocketAddrUse::UdpSend => hermes_socket_use::HERMES_UDP_SEND,
            SocketAddrUse::UdpReceive => hermes_socket_use::HERMES_UDP_RECEIVE,
        };
        // A zone is what only this machine knows.
        if matches!(address, SocketAddr::V6(address) if address.scope_id() != 0) {
            return false;
        }
        let bytes = bytes_of(address.ip());
        self.host.may_reach.is_some_and(|may_reach| unsafe {
            may_reach(self.handle, way, bytes.as_ptr(), address.port())
        })
    }

    /// Whether there may be one more.
    fn open(&self, udp: bool) -> Result<(), ErrorCode> {
        let open = self.host.open_socket.ok_or(ErrorCode::AccessDenied)?;
        match unsafe { open(self.handle, udp) } {
            0 => Ok(()),
            1 => Err(ErrorCode::AccessDenied),
            _ => Err(ErrorCode::NewSocketLimit),
        }
    }

    fn close(&self) {
        if let Some(close) = self.host.close_socket {
            unsafe { close(self.handle) }
        }
    }

    fn look_up(&self, name: &str) -> Result<Wait, ErrorCode> {
        let look_up = self.host.look_up.ok_or(ErrorCode::AccessDenied)?;
        let slot = Arc::new(hermes_slot::default());
        unsafe {
            look_up(
                self.handle,
                name.as_ptr(),
                name.len(),
                Arc::into_raw(slot.clone()),
            )
        };
        Ok(Wait(slot))
    }
}

/// Those of a call, made when its guest first asks for one.
pub struct Sockets {
    reach: Arc<Reach>,
    pub ctx: WasiSocketsCtx,
    /// Those that are open.
    count: usize,
}

impl Sockets {
    /// None where the app may have none.
    pub fn new(host: hermes_wasi_host, state: *mut c_void) -> Option<Self> {
        let handle = host.sockets.map(|find| unsafe { find(host.host, state) })?;
        if handle.is_null() {
            return None;
        }
        let reach = Arc::new(Reach { handle, host });
        let checked = reach.clone();
        let mut ctx = WasiCtxBuilder::new()
            .allow_tcp(true)
            .allow_udp(true)
            .socket_addr_check(move |address, reason| {
                Box::pin(std::future::ready(checked.allows(address, reason)))
            })
            .build();
        Some(Sockets {
            reach,
            ctx: ctx.sockets().clone(),
            count: 0,
        })
    }

    fn open(&mut self, udp: bool) -> Result<(), ErrorCode> {
        self.reach.open(udp)?;
        self.count += 1;
        Ok(())
    }

    fn close(&mut self) {
        self.reach.close();
        self.count -= 1;
    }
}

impl Drop for Sockets {
    /// The call has ended, and its table with it.
    fn drop(&mut self) {
        for _ in 0..self.count {
            self.reach.close();
        }
    }
}

type Made<T> = (Result<Resource<T>, ErrorCode>,);

/// A socket that there may be.
fn finish<T: 'static>(wasi: &mut Wasi, made: SocketResult<Resource<T>>) -> Result<Made<T>> {
    if made.is_err()
        && let Some(sockets) = wasi.sockets()
    {
        sockets.close();
    }
    Ok((match made {
        Ok(socket) => Ok(socket),
        Err(error) => Err(error.downcast()?),
    },))
}

fn begin(wasi: &mut Wasi, udp: bool) -> Result<WasiSocketsCtxView<'_>, ErrorCode> {
    let sockets = wasi.sockets().ok_or(ErrorCode::AccessDenied)?;
    sockets.open(udp)?;
    Ok(wasi.sockets_view())
}

pub fn link(linker: &mut Linker<Host>) -> Result<()> {
    linker.allow_shadowing(true);
    link_tcp(linker)?;
    link_udp(linker)?;
    link_names(&mut linker.instance("wasi:sockets/ip-name-lookup@0.2.12")?)?;
    linker.allow_shadowing(false);
    Ok(())
}

fn link_tcp(linker: &mut Linker<Host>) -> Result<()> {
    linker
        .instance("wasi:sockets/tcp-create-socket@0.2.12")?
        .func_wrap(
            "create-tcp-socket",
            |mut cx: StoreContextMut<'_, Host>, (family,): (IpAddressFamily,)| {
                let wasi = cx.data_mut().wasi();
                let made = match begin(wasi, false) {
                    Ok(mut view) => tcp_create_socket::Host::create_tcp_socket(&mut view, family),
                    Err(error) => return Ok((Err(error),)),
                };
                finish(wasi, made)
            },
        )?;
    linker.instance("wasi:sockets/tcp@0.2.12")?.resource(
        "tcp-socket",
        ResourceType::host::<TcpSocket>(),
        |mut cx, rep| close::<TcpSocket>(cx.data_mut().wasi(), rep),
    )
}

fn link_udp(linker: &mut Linker<Host>) -> Result<()> {
    linker
        .instance("wasi:sockets/udp-create-socket@0.2.12")?
        .func_wrap_async(
            "create-udp-socket",
            |mut cx: StoreContextMut<'_, Host>, (family,): (IpAddressFamily,)| {
                Box::new(async move {
                    let wasi = cx.data_mut().wasi();
                    let made = match begin(wasi, true) {
                        Ok(mut view) => {
                            udp_create_socket::Host::create_udp_socket(&mut view, family).await
                        }
                        Err(error) => return Ok((Err(error),)),
                    };
                    finish(wasi, made)
                })
            },
        )?;
    linker.instance("wasi:sockets/udp@0.2.12")?.resource(
        "udp-socket",
        ResourceType::host::<UdpSocket>(),
        |mut cx, rep| close::<UdpSocket>(cx.data_mut().wasi(), rep),
    )
}

fn close<T: Send + 'static>(wasi: &mut Wasi, rep: u32) -> Result<()> {
    wasi.table.delete(Resource::<T>::new_own(rep))?;
    if let Some(sockets) = wasi.sockets() {
        sockets.close();
    }
    Ok(())
}

/// A name that is looked up by the engine's resolver, in place of the crate's, which holds a thread
/// for each.
pub enum Lookup {
    Asked(Wait),
    Answered(Result<std::vec::IntoIter<IpAddr>, ErrorCode>),
}

impl Lookup {
    fn poll_answer(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Lookup::Asked(wait) = self {
            let answer = ready!(Pin::new(wait).poll(cx));
            *self = Lookup::Answered(addresses(answer));
        }
        Poll::Ready(())
    }

    /// Without waiting.
    fn look(&mut self) -> Option<&mut Result<std::vec::IntoIter<IpAddr>, ErrorCode>> {
        let _ = self.poll_answer(&mut Context::from_waker(Waker::noop()));
        match self {
            Lookup::Asked(_) => None,
            Lookup::Answered(answer) => Some(answer),
        }
    }
}

/// 16 bytes for each, or the number of what is wrong, in the order of WasiHost::LookUpFailure.
fn addresses(answer: Answer) -> Result<std::vec::IntoIter<IpAddr>, ErrorCode> {
    let read = answer.read(|answer: Result<&'static [u8], u8>| match answer {
        Ok(bytes) => {
            let (all, _) = bytes.as_chunks::<16>();
            let all = all.iter().map(|one| Ipv6Addr::from(*one).to_canonical());
            Ok(all.collect::<Vec<_>>().into_iter())
        }
        Err(0) => Err(ErrorCode::AccessDenied),
        Err(1) => Err(ErrorCode::InvalidArgument),
        Err(2) => Err(ErrorCode::NameUnresolvable),
        Err(_) => Err(ErrorCode::TemporaryResolverFailure),
    });
    read.unwrap_or(Err(ErrorCode::TemporaryResolverFailure)) // The engine stops.
}

#[wasmtime_wasi::async_trait]
impl Pollable for Lookup {
    async fn ready(&mut self) {
        poll_fn(|cx| self.poll_answer(cx)).await
    }
}

fn look_up(
    wasi: &mut Wasi,
    network: &Resource<Network>,
    name: &str,
) -> Result<Result<Resource<Lookup>, ErrorCode>> {
    wasi.table.get(network)?;
    let Some(sockets) = wasi.sockets() else {
        return Ok(Err(ErrorCode::AccessDenied));
    };
    let mut lookup = match sockets.reach.look_up(name) {
        Ok(wait) => Lookup::Asked(wait),
        Err(error) => return Ok(Err(error)),
    };
    if let Some(Err(error)) = lookup.look() {
        return Ok(Err(*error));
    }
    Ok(Ok(wasi.table.push(lookup)?))
}

fn link_names(names: &mut LinkerInstance<'_, Host>) -> Result<()> {
    names.resource(
        "resolve-address-stream",
        ResourceType::host::<Lookup>(),
        |mut cx, rep| {
            let table = &mut cx.data_mut().wasi().table;
            table.delete(Resource::<Lookup>::new_own(rep))?;
            Ok(())
        },
    )?;
    names.func_wrap(
        "resolve-addresses",
        |mut cx: StoreContextMut<'_, Host>, (network, name): (Resource<Network>, String)| {
            Ok((look_up(cx.data_mut().wasi(), &network, &name)?,))
        },
    )?;
    names.func_wrap(
        "[method]resolve-address-stream.resolve-next-address",
        |mut cx: StoreContextMut<'_, Host>, (this,): (Resource<Lookup>,)| {
            let lookup = cx.data_mut().wasi().table.get_mut(&this)?;
            Ok((match lookup.look() {
                None => Err(ErrorCode::WouldBlock),
                Some(Ok(all)) => Ok(all.next().map(IpAddress::from)),
                Some(Err(error)) => Err(*error),
            },))
        },
    )?;
    names.func_wrap(
        "[method]resolve-address-stream.subscribe",
        |mut cx: StoreContextMut<'_, Host>, (this,): (Resource<Lookup>,)| {
            let table = &mut cx.data_mut().wasi().table;
            let pollable: Resource<DynPollable> = subscribe(table, this)?;
            Ok((pollable,))
        },
    )
}
