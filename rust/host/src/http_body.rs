//! The two bodies of an exchange of wasi:http/incoming-handler, with bounded memory.
//!
//!   inlet   C++ pushes what the client sends; the guest takes it when it reads
//!   body    the guest writes; C++ polls when the client takes more
//!
//! Each may outlive its call, and is used from any thread, by one at a time.

use crate::call::{hermes_waker, waker_of};
use crate::error::catch;
use crate::incoming::Exchange;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use http_body_util::BodyExt;
use smallvec::SmallVec;
use std::collections::VecDeque;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use wasmtime_wasi_http::Error;
use wasmtime_wasi_http::p2::body::HyperOutgoingBody;

/// A line of a header.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct hermes_http_field {
    pub name: *const u8,
    pub name_len: usize,
    pub value: *const u8,
    pub value_len: usize,
}

/// Views of a map's lines, which live as long as it does.
pub fn fields_of(map: &HeaderMap) -> SmallVec<[hermes_http_field; 16]> {
    map.iter()
        .map(|(name, value)| hermes_http_field {
            name: name.as_str().as_ptr(),
            name_len: name.as_str().len(),
            value: value.as_bytes().as_ptr(),
            value_len: value.as_bytes().len(),
        })
        .collect()
}

/// C++ has no address for nothing.
pub unsafe fn bytes<'a>(data: *const u8, len: usize) -> &'a [u8] {
    match len {
        0 => &[],
        _ => unsafe { std::slice::from_raw_parts(data, len) },
    }
}

/// Adds a line, if it is one.
pub unsafe fn add_field(map: &mut HeaderMap, field: hermes_http_field) {
    let (name, value) = unsafe {
        (
            bytes(field.name, field.name_len),
            bytes(field.value, field.value_len),
        )
    };
    if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name), HeaderValue::from_bytes(value)) {
        let _ = map.try_append(name, value);
    }
}

/// The body of a request on its way to the guest.
pub struct hermes_http_inlet(pub Arc<Inlet>);

#[derive(Default)]
pub struct Inlet(Mutex<Queue>);

#[derive(Default)]
struct Queue {
    pieces: VecDeque<Bytes>,
    bytes: usize,
    end: Option<Result<(), Error>>,
    waker: Option<Waker>,
    /// Bytes above which C++ pushes no more until it hears `drained`; 0 while it does not wait.
    drain_to: usize,
    /// C++ has heard that there is nothing.
    has_asked: bool,
    /// The guest takes no more.
    is_closed: bool,
}

#[unsafe(no_mangle)]
pub extern "C" fn hermes_http_inlet_new() -> *mut hermes_http_inlet {
    Box::into_raw(Box::new(hermes_http_inlet(Arc::default())))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_http_inlet_free(inlet: *mut hermes_http_inlet) {
    drop(unsafe { Box::from_raw(inlet) })
}

impl hermes_http_inlet {
    fn change(&self, change: impl FnOnce(&mut Queue)) {
        let mut queue = self.0.0.lock().unwrap();
        change(&mut queue);
        let waker = queue.waker.take();
        drop(queue);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// Adds bytes, which are copied. True: there are `most` or more now, and the exchange hears
/// `drained` once the guest has taken half of these.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_http_inlet_push(
    inlet: *const hermes_http_inlet,
    data: *const u8,
    len: usize,
    most: usize,
) -> bool {
    let mut is_full = false;
    unsafe {
        let piece = Bytes::copy_from_slice(bytes(data, len));
        (*inlet).change(|queue| {
            if queue.is_closed || len == 0 {
                return;
            }
            queue.has_asked = false;
            queue.bytes += len;
            queue.pieces.push_back(piece);
            is_full = queue.bytes >= most;
            queue.drain_to = if is_full { most / 2 } else { 0 };
        });
    }
    is_full
}

/// The body is whole.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_http_inlet_end(inlet: *const hermes_http_inlet) {
    unsafe { (*inlet).change(|queue| queue.end = Some(Ok(()))) }
}

/// Why a body is not whole.
#[repr(C)]
pub enum hermes_http_cut {
    /// The client is gone, or broke the protocol.
    HERMES_HTTP_CLIENT_GONE,
    HERMES_HTTP_TOO_LATE,
    HERMES_HTTP_TOO_LARGE,
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_http_inlet_cut(
    inlet: *const hermes_http_inlet,
    why: hermes_http_cut,
) {
    let error = match why {
        hermes_http_cut::HERMES_HTTP_CLIENT_GONE => Error::ConnectionTerminated,
        hermes_http_cut::HERMES_HTTP_TOO_LATE => Error::ConnectionReadTimeout,
        hermes_http_cut::HERMES_HTTP_TOO_LARGE => Error::HttpRequestBodySize(None),
    };
    unsafe { (*inlet).change(|queue| queue.end = Some(Err(error))) }
}

/// The guest's end of an inlet.
pub struct InletBody {
    pub inlet: Arc<Inlet>,
    pub exchange: Exchange,
}

impl http_body::Body for InletBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Error>>> {
        let mut queue = self.inlet.0.lock().unwrap();
        if let Some(piece) = queue.pieces.pop_front() {
            queue.bytes -= piece.len();
            let has_drained = queue.drain_to != 0 && queue.bytes <= queue.drain_to;
            if has_drained {
                queue.drain_to = 0;
            }
            drop(queue);
            if has_drained {
                self.exchange.drained();
            }
            return Poll::Ready(Some(Ok(http_body::Frame::data(piece))));
        }
        match queue.end.take() {
            None => {
                queue.waker = Some(cx.waker().clone());
                let asks = !std::mem::replace(&mut queue.has_asked, true);
                drop(queue);
                if asks {
                    self.exchange.drained();
                }
                Poll::Pending
            }
            Some(end) => {
                queue.end = Some(Ok(()));
                Poll::Ready(end.err().map(Err))
            }
        }
    }
}

impl Drop for InletBody {
    fn drop(&mut self) {
        let mut queue = self.inlet.0.lock().unwrap();
        queue.pieces.clear();
        queue.is_closed = true;
        drop(queue);
        self.exchange.drained();
    }
}

/// Whether the guest takes no more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_http_inlet_is_closed(inlet: *const hermes_http_inlet) -> bool {
    let inlet = unsafe { &(*inlet).0 };
    inlet.0.lock().unwrap().is_closed
}

/// The body of a response on its way to the client.
pub struct hermes_http_body {
    pub body: HyperOutgoingBody,
    /// The call did not come to its end, and what looks like the end of the body is none.
    pub is_cut: Arc<AtomicBool>,
    /// What the last poll showed.
    pub piece: Bytes,
    /// Of the last poll. Kept, because C++ counts from none only once.
    pub waker: Option<Waker>,
}

#[repr(C)]
pub struct hermes_http_piece {
    pub data: *const u8,
    pub len: usize,
}

#[repr(C)]
pub enum hermes_http_state {
    /// The waker tells when to poll again.
    HERMES_HTTP_NOTHING_YET,
    /// `out` has bytes, until the next poll.
    HERMES_HTTP_DATA,
    /// It is whole. The trailers that it may have are left out.
    HERMES_HTTP_END,
    /// It will never be whole.
    HERMES_HTTP_CUT,
}
use hermes_http_state::*;

impl hermes_http_body {
    fn poll(&mut self, waker: Waker) -> hermes_http_state {
        loop {
            let frame = pin!(self.body.frame());
            match frame.poll(&mut Context::from_waker(&waker)) {
                Poll::Pending => return HERMES_HTTP_NOTHING_YET,
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(piece) if piece.is_empty() => continue,
                    Ok(piece) => {
                        self.piece = piece;
                        return HERMES_HTTP_DATA;
                    }
                    Err(_) => return HERMES_HTTP_END,
                },
                // The call says that it failed before it drops its end of the body.
                Poll::Ready(None) if !self.is_cut.load(Ordering::Acquire) => {
                    return HERMES_HTTP_END;
                }
                Poll::Ready(_) => return HERMES_HTTP_CUT,
            }
        }
    }
}

/// Takes the next bytes that the guest has written. `waker` is retained while it may be used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_http_body_poll(
    body: *mut hermes_http_body,
    waker: *const hermes_waker,
    out: *mut hermes_http_piece,
) -> hermes_http_state {
    let body = unsafe { &mut *body };
    body.piece = Bytes::new();
    if !body
        .waker
        .as_ref()
        .is_some_and(|kept| kept.data() == waker.cast())
    {
        body.waker = Some(unsafe { waker_of(waker) });
    }
    let kept = body.waker.clone().expect("it was just set");
    let state = catch(|| Ok(body.poll(kept))).unwrap_or(HERMES_HTTP_CUT);
    let piece = hermes_http_piece {
        data: body.piece.as_ptr(),
        len: body.piece.len(),
    };
    unsafe { out.write(piece) };
    state
}

/// Nobody takes more: the guest finds its stream closed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_http_body_free(body: *mut hermes_http_body) {
    let body = unsafe { Box::from_raw(body) };
    let _ = catch(|| {
        drop(body);
        Ok(())
    });
}
