//! wasi:http/incoming-handler: an event whose argument is an exchange, of which C++ has the client's
//! end.
//!
//! The request goes to the guest once its instance is there. `response-outparam.set` hands head and
//! body to C++ inside the guest's call, which goes on: the body is written while C++ sends it.

use crate::call::{Export, Returned, Running, is_clean_exit};
use crate::component::hermes_instance_pre;
use crate::host::Host;
use crate::http_body::{
    Filler, InletBody, add_field, bytes, fields_of, hermes_http_body, hermes_http_field,
    hermes_http_inlet,
};
use crate::words::Reader;
use bytes::Bytes;
use http::{HeaderMap, Method, Uri};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use wasmtime::component::types::{Component as ComponentType, ComponentFunc};
use wasmtime::component::{Resource, TypedFunc};
use wasmtime::error::Context as _;
use wasmtime::{Result, Store, ensure, format_err};
use wasmtime_wasi_http::p2::bindings::http::types::{ErrorCode, Scheme};
use wasmtime_wasi_http::p2::body::HyperOutgoingBody;
use wasmtime_wasi_http::p2::types::{HostIncomingRequest, HostResponseOutparam};
use wasmtime_wasi_http::{Error, WasiHttpView};

type Params = (
    Resource<HostIncomingRequest>,
    Resource<HostResponseOutparam>,
);

/// Any 0.2.x is found by this name.
pub static INCOMING_HANDLER: Export = Export {
    interface: "wasi:http/incoming-handler@0.2.0",
    function: "handle",
    check,
    start,
};

fn check(function: &ComponentFunc, component: &ComponentType) -> Result<()> {
    function.typecheck::<Params, ()>(&component.instance_type())
}

/// Bytes of one piece of a response's body, and how many pieces may wait for C++.
pub const PIECE: usize = 16 << 10;
pub const PIECES: usize = 8;

/// What the bodies of an exchange take at most: those pieces, one more that the guest may write,
/// and as much of the request.
pub const BUFFERS: usize = 2 * PIECE * (PIECES + 1);

/// The head of a C++ object. It outlives its call, on whose thread these are called.
#[repr(C)]
pub struct hermes_http_exchange {
    /// Describes the request. The call has its instance.
    pub describe: unsafe extern "C" fn(
        exchange: *const hermes_http_exchange,
        to: *mut hermes_http_request_head,
    ),
    /// The guest answers; at most once. `fields` are views for the call, `body` is taken over.
    pub respond: unsafe extern "C" fn(
        exchange: *const hermes_http_exchange,
        status: u16,
        fields: *const hermes_http_field,
        count: usize,
        body: *mut hermes_http_body,
    ),
    /// It answers with an error; at most one of the two.
    pub refuse:
        unsafe extern "C" fn(exchange: *const hermes_http_exchange, why: *const u8, len: usize),
    /// The guest reads, and the inlet is empty or has room again; or the inlet is closed.
    pub drained: unsafe extern "C" fn(exchange: *const hermes_http_exchange),
}

#[derive(Clone, Copy)]
pub struct Exchange(*const hermes_http_exchange);

// C++ promises that it may be used from the thread that polls the call.
unsafe impl Send for Exchange {}
unsafe impl Sync for Exchange {}

impl Filler for Exchange {
    fn drained(&self) {
        unsafe { ((*self.0).drained)(self.0) }
    }
}

impl Exchange {
    fn request(&self) -> Result<(Scheme, http::Request<RequestBody>)> {
        let mut head = hermes_http_request_head {
            exchange: *self,
            method: Method::GET,
            scheme: Scheme::Http,
            uri: None,
            headers: HeaderMap::new(),
            body: RequestBody::Whole(None),
        };
        unsafe { ((*self.0).describe)(self.0, &mut head) }
        let mut request = http::Request::new(head.body);
        *request.method_mut() = head.method;
        *request.uri_mut() = head.uri.context("the request has no valid target")?;
        *request.headers_mut() = head.headers;
        Ok((head.scheme, request))
    }

    fn answer(
        &self,
        answer: Result<http::Response<HyperOutgoingBody>, ErrorCode>,
        is_cut: Arc<AtomicBool>,
    ) {
        match answer {
            Ok(response) => {
                let (head, body) = response.into_parts();
                let fields = fields_of(&head.headers);
                let body = Box::new(hermes_http_body::new(body, Bytes::new(), is_cut));
                let (status, body) = (head.status.as_u16(), Box::into_raw(body));
                let (data, count) = (fields.as_ptr(), fields.len());
                unsafe { ((*self.0).respond)(self.0, status, data, count, body) }
            }
            Err(code) => {
                let why = code.to_string();
                unsafe { ((*self.0).refuse)(self.0, why.as_ptr(), why.len()) }
            }
        }
    }
}

/// A request that C++ describes.
pub struct hermes_http_request_head {
    exchange: Exchange,
    method: Method,
    scheme: Scheme,
    uri: Option<Uri>,
    headers: HeaderMap,
    body: RequestBody,
}

/// `method`, `authority` and `target` as they were sent. False: they are not valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_http_request_line(
    head: *mut hermes_http_request_head,
    tls: bool,
    method: *const u8,
    method_len: usize,
    authority: *const u8,
    authority_len: usize,
    target: *const u8,
    target_len: usize,
) -> bool {
    let head = unsafe { &mut *head };
    let (method, authority, target) = unsafe {
        (
            bytes(method, method_len),
            bytes(authority, authority_len),
            bytes(target, target_len),
        )
    };
    head.scheme = if tls { Scheme::Https } else { Scheme::Http };
    let uri = Uri::builder()
        .scheme(if tls { "https" } else { "http" })
        .authority(authority)
        .path_and_query(target)
        .build();
    let (Ok(method), Ok(uri)) = (Method::from_bytes(method), uri) else {
        return false;
    };
    head.method = method;
    head.uri = Some(uri);
    true
}

/// A line of the header; what is none is left out.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_http_request_field(
    head: *mut hermes_http_request_head,
    field: hermes_http_field,
) {
    unsafe { add_field(&mut (*head).headers, field) }
}

/// The whole body, which is copied.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_http_request_body(
    head: *mut hermes_http_request_head,
    data: *const u8,
    len: usize,
) {
    let data = unsafe { bytes(data, len) };
    let body = (!data.is_empty()).then(|| Bytes::copy_from_slice(data));
    unsafe { (*head).body = RequestBody::Whole(body) }
}

/// The body comes through the inlet, which stays C++'s.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_http_request_inlet(
    head: *mut hermes_http_request_head,
    inlet: *const hermes_http_inlet,
) {
    let head = unsafe { &mut *head };
    head.body = RequestBody::Inlet(InletBody {
        inlet: unsafe { (*inlet).0.clone() },
        filler: head.exchange,
    });
}

enum RequestBody {
    Whole(Option<Bytes>),
    Inlet(InletBody<Exchange>),
}

impl http_body::Body for RequestBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Error>>> {
        match self.get_mut() {
            RequestBody::Whole(body) => {
                Poll::Ready(body.take().map(|piece| Ok(http_body::Frame::data(piece))))
            }
            RequestBody::Inlet(body) => Pin::new(body).poll_frame(cx),
        }
    }
}

/// Says that the call did not come to its end, unless it did.
struct CutUnlessDone {
    is_cut: Arc<AtomicBool>,
    is_done: bool,
}

impl Drop for CutUnlessDone {
    fn drop(&mut self) {
        self.is_cut.store(!self.is_done, Ordering::Release);
    }
}

/// # Safety
/// `pre` and the exchange to which the word points outlive the future.
unsafe fn start(
    pre: &'static hermes_instance_pre,
    number: usize,
    store: Store<Host>,
    words: &mut Reader<'_>,
) -> Result<Running> {
    let exchange = Exchange(words.get()? as *const hermes_http_exchange);
    Ok(Box::pin(async move {
        let mut store = store;
        // Dropped before the store, and with it the guest's ends of the bodies.
        let mut guard = CutUnlessDone {
            is_cut: Arc::default(),
            is_done: false,
        };
        let result = handle(pre, number, &mut store, exchange, &guard.is_cut).await;
        guard.is_done = result.is_ok();
        result
    }))
}

async fn handle(
    pre: &'static hermes_instance_pre,
    number: usize,
    store: &mut Store<Host>,
    exchange: Exchange,
    is_cut: &Arc<AtomicBool>,
) -> Result<Returned> {
    ensure!(
        store.data_mut().limiter.reserve(BUFFERS),
        "there is no memory for the bodies of the exchange"
    );
    let instance = pre.pre.instantiate_async(&mut *store).await?;
    store.data().signals.begin();
    let index = pre.exports[number]
        .as_ref()
        .expect("asked for only where it is exported");
    let function = instance
        .get_func(&mut *store, index)
        .expect("the component exports it");
    // SAFETY: the component's type was checked when it was linked.
    let function = unsafe { TypedFunc::<Params, ()>::new_unchecked(function) };
    let params = params(store.data_mut(), exchange, is_cut)?;
    match function.call_async(&mut *store, params).await {
        Err(error) if !is_clean_exit(&error) => Err(error),
        _ => Ok(Returned::nothing()),
    }
}

fn params(host: &mut Host, exchange: Exchange, is_cut: &Arc<AtomicBool>) -> Result<Params> {
    let (scheme, request) = exchange.request()?;
    let is_cut = is_cut.clone();
    let mut http = host.http();
    let request = http
        .new_incoming_request(scheme, request)
        .map_err(|e| format_err!("the request cannot go to the guest: {e:#}"))?;
    let out =
        http.new_response_outparam_from_callback(move |answer| exchange.answer(answer, is_cut))?;
    Ok((request, out))
}
