//! wasi:http/outgoing-handler through the engine's outbound client, which is C++: it decides what
//! may be asked, and its rules are those of hermes:http-request. Both bodies go on as they come.

use crate::host::{Wait, hermes_slot};
use crate::http_body::{Filler, Inlet, InletBody, hermes_http_body, hermes_http_inlet};
use crate::incoming::{BUFFERS, PIECE, PIECES};
use crate::refusal::{Refusals, hermes_refusal::HERMES_REFUSED_HTTP_BODIES};
use crate::wasi_folders::hermes_wasi_folders;
use crate::wasi_setup::hermes_wasi_setup;
use crate::wasi_sockets::hermes_socket_use;
use bytes::Bytes;
use http_body::Body as _;
use http_body_util::BodyExt;
use std::ffi::c_void;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

/// A request of HTTP/1.1 and where it goes. Borrowed for the call, but for what is taken over.
#[repr(C)]
pub struct hermes_http_request {
    pub tls: bool,
    pub port: u16,
    pub host: *const u8,
    pub host_len: usize,
    pub head: *const u8,
    pub head_len: usize,
    /// Taken over; null where there is none. It comes in chunks where the head does not say its length.
    pub body: *mut hermes_http_body,
    /// Taken over: where the body of the response goes.
    pub response: *mut hermes_http_inlet,
}

/// What the engine's guests see of the world through WASI. `host` outlives the engine; without the
/// functions there is nothing to see, and all requests are denied.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct hermes_wasi_host {
    pub host: *mut c_void,
    /// Tells what a call sees, when its guest first uses WASI. On the thread that polls the call,
    /// likewise `folders` and `open`.
    pub set_up: Option<
        unsafe extern "C" fn(host: *mut c_void, state: *mut c_void, setup: *mut hermes_wasi_setup),
    >,
    /// The folders of a call, when its guest first asks for them, as a handle of its own; or null.
    pub folders: Option<
        unsafe extern "C" fn(host: *mut c_void, state: *mut c_void) -> *mut hermes_wasi_folders,
    >,
    /// What sends one request of a call.
    pub open: Option<unsafe extern "C" fn(host: *mut c_void, state: *mut c_void) -> *mut c_void>,
    /// Sends. Answers through `hermes_slot_complete`, exactly once, when the response's head is there.
    /// From any thread.
    pub send: Option<
        unsafe extern "C" fn(
            sender: *mut c_void,
            request: *const hermes_http_request,
            slot: *const hermes_slot,
        ),
    >,
    /// The guest reads the response's body, and its inlet is empty or has room again; or it is closed.
    /// From any thread.
    pub drained: Option<unsafe extern "C" fn(sender: *mut c_void)>,
    /// Nobody waits for the answer, or for more of its body. From any thread.
    pub close: Option<unsafe extern "C" fn(sender: *mut c_void)>,
    /// What the sockets of a call may do, when its guest first asks for one; or null. On the thread
    /// that polls the call; the functions below from any.
    pub sockets: Option<unsafe extern "C" fn(host: *mut c_void, state: *mut c_void) -> *mut c_void>,
    /// 0: there may be one more, and `close_socket` follows. 1: it is not permitted. 2: there are too
    /// many.
    pub open_socket: Option<unsafe extern "C" fn(sockets: *mut c_void, udp: bool) -> u8>,
    pub close_socket: Option<unsafe extern "C" fn(sockets: *mut c_void)>,
    /// Whether a socket may. The address has 16 bytes, that of IPv4 as ::ffff:1.2.3.4.
    pub may_reach: Option<
        unsafe extern "C" fn(
            sockets: *mut c_void,
            way: hermes_socket_use,
            address: *const u8,
            port: u16,
        ) -> bool,
    >,
    /// Looks a name up. Answers through `hermes_slot_complete`, exactly once.
    pub look_up: Option<
        unsafe extern "C" fn(
            sockets: *mut c_void,
            name: *const u8,
            len: usize,
            slot: *const hermes_slot,
        ),
    >,
    /// None of them is in use any more.
    pub close_sockets: Option<unsafe extern "C" fn(sockets: *mut c_void)>,
}

unsafe impl Send for hermes_wasi_host {}
unsafe impl Sync for hermes_wasi_host {}

/// Status and head; or the number of a failure, and its text for a person.
type Answer = Result<(u16, &'static [u8]), (u8, &'static str)>;

struct Sender {
    handle: *mut c_void,
    host: hermes_wasi_host,
    /// As long as its bodies may be under way.
    _held: Held,
}

// C++ promises that it may be used from any thread.
unsafe impl Send for Sender {}
unsafe impl Sync for Sender {}

impl Drop for Sender {
    fn drop(&mut self) {
        if let Some(close) = self.host.close {
            unsafe { close(self.handle) }
        }
    }
}

impl Filler for Sender {
    fn drained(&self) {
        if let Some(drained) = self.host.drained {
            unsafe { drained(self.handle) }
        }
    }
}

impl Sender {
    fn start(
        &self,
        to: &Destination,
        head: &[u8],
        body: Option<hermes_http_body>,
        response: &Arc<Inlet>,
    ) -> Result<Arc<hermes_slot>, Error> {
        let send = self.host.send.ok_or(Error::HttpRequestDenied)?;
        let request = hermes_http_request {
            tls: to.tls,
            port: to.port,
            host: to.host.as_ptr(),
            host_len: to.host.len(),
            head: head.as_ptr(),
            head_len: head.len(),
            body: body.map_or(std::ptr::null_mut(), |body| Box::into_raw(Box::new(body))),
            response: Box::into_raw(Box::new(hermes_http_inlet(response.clone()))),
        };
        let slot = Arc::new(hermes_slot::default());
        unsafe { send(self.handle, &request, Arc::into_raw(slot.clone())) }
        Ok(slot)
    }

    async fn send(
        self,
        to: Destination,
        head: Vec<u8>,
        body: Option<hermes_http_body>,
    ) -> Result<http::Response<WasiBody>, Error> {
        let inlet = Arc::<Inlet>::default();
        let answer = Wait(self.start(&to, &head, body, &inlet)?).await;
        answer
            .read(|answer: Answer| match answer {
                Ok((status, head)) => response(
                    status,
                    head,
                    InletBody {
                        inlet,
                        filler: self,
                    },
                ),
                Err((kind, message)) => Err(error(kind, message)),
            })
            .unwrap_or_else(|e| Err(Error::InternalError(Some(e.to_string()))))
    }
}

struct Destination {
    tls: bool,
    host: String,
    port: u16,
}

impl Destination {
    /// Without userinfo, which has no place in a request.
    fn of(uri: &http::Uri) -> Option<Self> {
        let tls = uri.scheme() == Some(&http::uri::Scheme::HTTPS);
        let authority = uri.authority()?;
        if authority.as_str().contains('@') {
            return None;
        }
        Some(Destination {
            tls,
            host: authority.host().to_owned(),
            port: authority.port_u16().unwrap_or(if tls { 443 } else { 80 }),
        })
    }
}

/// Bytes that wait in the bodies of a call, of requests and responses alike.
const CALL_BYTES: usize = 64 << 20;

/// A request's part of them, given back with it.
struct Held(Arc<AtomicUsize>);

impl Held {
    /// None: there is no more.
    fn take(all: &Arc<AtomicUsize>) -> Option<Self> {
        let held = Held(all.clone()); // Given back also where it is too much.
        (all.fetch_add(BUFFERS, Ordering::Relaxed) + BUFFERS <= CALL_BYTES).then_some(held)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.fetch_sub(BUFFERS, Ordering::Relaxed);
    }
}

/// Where what a guest sends goes.
pub struct Connector {
    pub host: hermes_wasi_host,
    pub state: *mut c_void,
    pub bodies: Arc<AtomicUsize>,
    /// The call has ended: what looks like the end of a body from then on is none.
    pub is_over: Arc<AtomicBool>,
    pub refusals: Refusals,
}

// Used by the call's own thread only, like the state.
unsafe impl Send for Connector {}

type Sent = Result<
    (
        http::Response<WasiBody>,
        Box<dyn Future<Output = Result<(), Error>> + Send>,
    ),
    Error,
>;

impl WasiHttpHooks for Connector {
    fn p2_outgoing_body_buffer_chunks(&mut self) -> usize {
        PIECES
    }

    fn p2_outgoing_body_chunk_size(&mut self) -> usize {
        PIECE
    }

    fn send_request(
        &mut self,
        request: http::Request<WasiBody>,
        options: Option<RequestOptions>,
        _: Box<dyn Future<Output = Result<(), Error>> + Send>,
    ) -> Box<dyn Future<Output = Sent> + Send> {
        let sender = match (self.host.open, Held::take(&self.bodies)) {
            (None, _) => Err(Error::HttpRequestDenied),
            (_, None) => {
                self.refusals.tell(HERMES_REFUSED_HTTP_BODIES);
                Err(Error::ConnectionLimitReached)
            }
            (Some(open), Some(held)) => Ok(Sender {
                handle: unsafe { open(self.host.host, self.state) },
                host: self.host,
                _held: held,
            }),
        };
        let is_over = self.is_over.clone();
        Box::new(async move {
            let sender = sender?;
            let to = Destination::of(request.uri()).ok_or(Error::HttpRequestUriInvalid)?;
            let (head, body) = parts(request, is_over).await?;
            let response = within(options, sender.send(to, head, body)).await?;
            let nothing_more: Box<dyn Future<Output = _> + Send> = Box::new(async { Ok(()) });
            Ok((response, nothing_more))
        })
    }
}

/// The client has time limits of its own; a guest may ask for shorter ones.
async fn within<T>(
    options: Option<RequestOptions>,
    response: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let first_byte = options.and_then(|options| options.first_byte_timeout);
    let connect = options.and_then(|options| options.connect_timeout);
    let Some(limit) = first_byte.or(connect) else {
        return response.await;
    };
    let limit = limit.saturating_add(
        connect
            .filter(|_| first_byte.is_some())
            .unwrap_or(Duration::ZERO),
    );
    tokio::time::timeout(limit, response)
        .await
        .unwrap_or(Err(Error::ConnectionReadTimeout))
}

/// The head as it goes over the wire, once the body begins or ends, and the body, if there is one.
async fn parts(
    request: http::Request<WasiBody>,
    is_over: Arc<AtomicBool>,
) -> Result<(Vec<u8>, Option<hermes_http_body>), Error> {
    let (head, mut body) = request.into_parts();
    let has_length = head.headers.contains_key(http::header::CONTENT_LENGTH);
    let mut first = Bytes::new();
    let mut is_empty = body.is_end_stream();
    while !has_length && !is_empty && first.is_empty() {
        match body.frame().await {
            // Trailers have no place in such a message.
            Some(frame) => first = frame?.into_data().unwrap_or_default(),
            None => is_empty = true,
        }
    }
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    let path = if path.starts_with('?') {
        format!("/{path}")
    } else {
        path.to_owned()
    };
    let mut message = format!("{} {path} HTTP/1.1\r\n", head.method).into_bytes();
    for (name, value) in &head.headers {
        message.extend_from_slice(name.as_str().as_bytes());
        message.extend_from_slice(b": ");
        message.extend_from_slice(value.as_bytes());
        message.extend_from_slice(b"\r\n");
    }
    let says_length = matches!(head.method.as_str(), "POST" | "PUT" | "PATCH");
    if !has_length && !is_empty {
        message.extend_from_slice(b"transfer-encoding: chunked\r\n");
    } else if !has_length && says_length {
        message.extend_from_slice(b"content-length: 0\r\n");
    }
    message.extend_from_slice(b"\r\n");
    let body = (!is_empty).then(|| hermes_http_body::new(body, first, is_over));
    Ok((message, body))
}

/// `head` is a status line and lines of "name: value", checked by the client.
fn response(
    status: u16,
    head: &[u8],
    body: InletBody<Sender>,
) -> Result<http::Response<WasiBody>, Error> {
    let mut response = http::Response::builder().status(status);
    for line in head.split(|byte| *byte == b'\n').skip(1) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if let Some(end) = line.windows(2).position(|pair| pair == b": ") {
            response = response.header(&line[..end], &line[end + 2..]);
        }
    }
    response
        .body(body.boxed_unsync())
        .map_err(|_| Error::HttpProtocolError)
}

/// In the order of net::OutboundFailure::Kind.
pub fn error(kind: u8, message: &str) -> Error {
    match kind {
        0 => Error::InternalError(Some(message.to_owned())),
        1 => Error::HttpRequestDenied,
        2 => Error::DestinationIpProhibited,
        3 => Error::ConnectionLimitReached,
        4 => Error::ConnectionTerminated,
        5 => Error::DnsError {
            rcode: Some(message.to_owned()),
            info_code: None,
        },
        6 => Error::ConnectionRefused,
        7 => Error::TlsCertificateError,
        8 => Error::ConnectionTimeout,
        9 => Error::ConnectionTerminated,
        10 => Error::HttpResponseIncomplete,
        11 => Error::HttpProtocolError,
        12 => Error::HttpResponseBodySize(None),
        13 => Error::HttpResponseTimeout,
        14 => Error::HttpRequestBodySize(None),
        _ => Error::InternalError(Some(message.to_owned())),
    }
}
