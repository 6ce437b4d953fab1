//! wasi:http/outgoing-handler through the engine's outbound client, which is C++: it decides what
//! may be asked, and its rules are those of hermes:http-request. A request and a response are whole
//! before they go on.

use crate::host::{Wait, hermes_slot};
use crate::incoming::{PIECE, PIECES};
use crate::wasi_folders::hermes_wasi_folders;
use crate::wasi_setup::hermes_wasi_setup;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use std::ffi::c_void;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

/// A whole request of HTTP/1.1 and where it goes. Borrowed for the call.
#[repr(C)]
pub struct hermes_http_request {
    pub tls: bool,
    pub port: u16,
    pub host: *const u8,
    pub host_len: usize,
    pub message: *const u8,
    pub message_len: usize,
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
    /// The bytes that the body of a request may have.
    pub body_bytes: usize,
    /// What sends one request of a call.
    pub open: Option<unsafe extern "C" fn(host: *mut c_void, state: *mut c_void) -> *mut c_void>,
    /// Sends. Answers through `hermes_slot_complete`, exactly once. From any thread.
    pub send: Option<
        unsafe extern "C" fn(
            sender: *mut c_void,
            request: *const hermes_http_request,
            slot: *const hermes_slot,
        ),
    >,
    /// The answer is not waited for any more. From any thread.
    pub close: Option<unsafe extern "C" fn(sender: *mut c_void)>,
}

unsafe impl Send for hermes_wasi_host {}
unsafe impl Sync for hermes_wasi_host {}

/// Status, head and body; or the number of a failure, and its text for a person.
type Answer = Result<(u16, &'static [u8], &'static [u8]), (u8, &'static str)>;

struct Sender {
    handle: *mut c_void,
    host: hermes_wasi_host,
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

impl Sender {
    fn start(&self, to: &Destination, message: &[u8]) -> Result<Arc<hermes_slot>, Error> {
        let request = hermes_http_request {
            tls: to.tls,
            port: to.port,
            host: to.host.as_ptr(),
            host_len: to.host.len(),
            message: message.as_ptr(),
            message_len: message.len(),
        };
        let send = self.host.send.ok_or(Error::HttpRequestDenied)?;
        let slot = Arc::new(hermes_slot::default());
        unsafe { send(self.handle, &request, Arc::into_raw(slot.clone())) }
        Ok(slot)
    }

    async fn send(
        self,
        to: Destination,
        message: Vec<u8>,
        held: Held,
    ) -> Result<http::Response<WasiBody>, Error> {
        let answer = Wait(self.start(&to, &message)?).await;
        answer
            .read(|answer: Answer| match answer {
                Ok((status, head, body)) => response(status, head, body, held),
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

/// Bytes of the bodies of a call, of requests and responses alike.
const CALL_BYTES: usize = 64 << 20;

/// A request's part of them, given back with it.
struct Held {
    all: Arc<AtomicUsize>,
    bytes: usize,
}

impl Held {
    fn add(&mut self, bytes: usize) -> bool {
        self.bytes += bytes;
        self.all.fetch_add(bytes, Ordering::Relaxed) + bytes <= CALL_BYTES
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.all.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// Where what a guest sends goes.
pub struct Connector {
    pub host: hermes_wasi_host,
    pub state: *mut c_void,
    pub bodies: Arc<AtomicUsize>,
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
        let sender = self.host.open.map(|open| Sender {
            handle: unsafe { open(self.host.host, self.state) },
            host: self.host,
        });
        let mut held = Held {
            all: self.bodies.clone(),
            bytes: 0,
        };
        Box::new(async move {
            let sender = sender.ok_or(Error::HttpRequestDenied)?;
            let to = Destination::of(request.uri()).ok_or(Error::HttpRequestUriInvalid)?;
            let message = message(request, sender.host.body_bytes, &mut held).await?;
            let response = within(options, sender.send(to, message, held)).await?;
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

/// The request as it goes over the wire, once its body is whole.
async fn message(
    request: http::Request<WasiBody>,
    most: usize,
    held: &mut Held,
) -> Result<Vec<u8>, Error> {
    let (head, mut stream) = request.into_parts();
    let mut body = vec![];
    while let Some(frame) = stream.frame().await {
        let Ok(piece) = frame?.into_data() else {
            continue; // Trailers have no place in such a message.
        };
        if body.len() + piece.len() > most || !held.add(piece.len()) {
            return Err(Error::HttpRequestBodySize(None));
        }
        body.extend_from_slice(&piece);
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
    let needs_length = !body.is_empty() || matches!(head.method.as_str(), "POST" | "PUT" | "PATCH");
    if needs_length && !head.headers.contains_key(http::header::CONTENT_LENGTH) {
        message.extend_from_slice(format!("content-length: {}\r\n", body.len()).as_bytes());
    }
    message.extend_from_slice(b"\r\n");
    message.extend_from_slice(&body);
    Ok(message)
}

/// `head` is a status line and lines of "name: value", checked by the client.
fn response(
    status: u16,
    head: &[u8],
    body: &[u8],
    mut held: Held,
) -> Result<http::Response<WasiBody>, Error> {
    if !held.add(body.len()) {
        return Err(Error::HttpResponseBodySize(None));
    }
    let mut response = http::Response::builder().status(status);
    for line in head.split(|byte| *byte == b'\n').skip(1) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if let Some(end) = line.windows(2).position(|pair| pair == b": ") {
            response = response.header(&line[..end], &line[end + 2..]);
        }
    }
    let body = Full::new(Bytes::copy_from_slice(body))
        .map_err(|never| match never {})
        .map_frame(move |frame| {
            let _ = &held; // It goes with the body.
            frame
        });
    response
        .body(body.boxed_unsync())
        .map_err(|_| Error::HttpProtocolError)
}

/// In the order of net::OutboundFailure::Kind.
fn error(kind: u8, message: &str) -> Error {
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
        _ => Error::InternalError(Some(message.to_owned())),
    }
}
