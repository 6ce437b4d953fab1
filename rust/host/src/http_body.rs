//! The two bodies of an exchange of wasi:http, with bounded memory, whichever of its ends the guest is.
//!
//!   inlet   C++ pushes what the other end sends; the guest takes it when it reads
//!   body    the guest writes; C++ polls when the other end takes more
//!
//! Each may outlive its call, and is used from any thread, by one at a time.

use crate::call::{hermes_waker, waker_of};
use crate::error::catch;
use crate::wasi_http::error;
use bytes::{Bytes, BytesMut};
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

/// A body on its way to the guest.
pub struct hermes_http_inlet(pub Arc<Inlet>);

#[derive(Default)]
pub struct Inlet(Mutex<Queue>);

/// Smaller pieces are joined: one that waits by itself costs more than its bytes.
const SMALL: usize = 4096;

#[derive(Default)]
struct Queue {
    pieces: VecDeque<Bytes>,
    /// Small ones, behind the others.
    tail: BytesMut,
    /// Of both.
    bytes: usize,
    end: Option<Result<(), Error>>,
    waker: Option<Waker>,
    /// Bytes above which C++ pushes no more until it hears of `drained`; 0 while it does not wait.
    drain_to: usize,
    /// C++ has heard that there is nothing.
    has_asked: bool,
    /// The guest takes no more.
    is_closed: bool,
}

impl Queue {
    fn push(&mut self, piece: &[u8]) {
        self.bytes += piece.len();
        if self.tail.len() + piece.len() > SMALL && !self.tail.is_empty() {
            self.pieces
                .push_back(std::mem::take(&mut self.tail).freeze());
        }
        if piece.len() < SMALL {
            self.tail.extend_from_slice(piece);
        } else {
            self.pieces.push_back(Bytes::copy_from_slice(piece));
        }
    }

    fn pop(&mut self) -> Option<Bytes> {
        let mut piece = self.pieces.pop_front();
        if piece.is_none() && !self.tail.is_empty() {
            piece = Some(std::mem::take(&mut self.tail).freeze());
        }
        self.bytes -= piece.as_ref().map_or(0, Bytes::len);
        piece
    }
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

/// Adds bytes, which are copied. True: there are `most` or more now, and C++ hears that it is drained
/// once the guest has taken half of these.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_http_inlet_push(
    inlet: *const hermes_http_inlet,
    data: *const u8,
    len: usize,
    most: usize,
) -> bool {
    let mut is_full = false;
    unsafe {
        (*inlet).change(|queue| {
            if queue.is_closed || len == 0 {
                return;
            }
            queue.has_asked = false;
            queue.push(bytes(data, len));
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

/// The body is not whole, for the reason of that number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_http_inlet_fail(inlet: *const hermes_http_inlet, kind: u8) {
    unsafe { (*inlet).change(|queue| queue.end = Some(Err(error(kind, "the body broke off")))) }
}

/// Who fills an inlet.
pub trait Filler {
    /// The guest reads, and the inlet is empty or has room again; or it is closed.
    fn drained(&self);
}

/// The guest's end of an inlet.
pub struct InletBody<F: Filler> {
    pub inlet: Arc<Inlet>,
    pub filler: F,
}

impl<F: Filler + Unpin> http_body::Body for InletBody<F> {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Error>>> {
        let mut queue = self.inlet.0.lock().unwrap();
        if let Some(piece) = queue.pop() {
            let has_drained = queue.drain_to != 0 && queue.bytes <= queue.drain_to;
            if has_drained {
                queue.drain_to = 0;
            }
            drop(queue);
            if has_drained {
                self.filler.drained();
            }
            return Poll::Ready(Some(Ok(http_body::Frame::data(piece))));
        }
        match queue.end.take() {
            None => {
                queue.waker = Some(cx.waker().clone());
                let asks = !std::mem::replace(&mut queue.has_asked, true);
                drop(queue);
                if asks {
                    self.filler.drained();
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

impl<F: Filler> Drop for InletBody<F> {
    fn drop(&mut self) {
        let mut queue = self.inlet.0.lock().unwrap();
        while queue.pop().is_some() {}
        queue.is_closed = true;
        drop(queue);
        self.filler.drained();
    }
}

/// Whether the guest takes no more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_http_inlet_is_closed(inlet: *const hermes_http_inlet) -> bool {
    let inlet = unsafe { &(*inlet).0 };
    inlet.0.lock().unwrap().is_closed
}

/// A body that the guest writes.
pub struct hermes_http_body {
    body: HyperOutgoingBody,
    /// The call did not come to its end, and what looks like the end of the body is none.
    is_cut: Arc<AtomicBool>,
    /// What came of it before.
    first: Bytes,
    /// What the last poll showed.
    piece: Bytes,
    /// Of the last poll. Kept, because C++ counts from none only once.
    waker: Option<Waker>,
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
    pub fn new(body: HyperOutgoingBody, first: Bytes, is_cut: Arc<AtomicBool>) -> Self {
        hermes_http_body {
            body,
            is_cut,
            first,
            piece: Bytes::new(),
            waker: None,
        }
    }

    fn poll(&mut self, waker: Waker) -> hermes_http_state {
        if !self.first.is_empty() {
            self.piece = std::mem::take(&mut self.first);
            return HERMES_HTTP_DATA;
        }
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

#[cfg(test)]
mod tests {
    use super::{Queue, SMALL};

    #[test]
    fn small_pieces_wait_together() {
        let mut queue = Queue::default();
        let mut all = Vec::new();
        let mut push = |queue: &mut Queue, piece: &[u8]| {
            queue.push(piece);
            all.extend_from_slice(piece);
        };
        for i in 0..=u16::MAX {
            push(&mut queue, &[i as u8]);
        }
        assert!(queue.pieces.len() <= all_of(&queue) / SMALL);
        push(&mut queue, &[1; SMALL]);
        push(&mut queue, &[2; 3]);
        push(&mut queue, &[3; 5 * SMALL]);
        push(&mut queue, &[4]);
        assert_eq!(queue.bytes, all_of(&queue));
        let mut popped = Vec::new();
        while let Some(piece) = queue.pop() {
            popped.extend_from_slice(&piece);
        }
        assert_eq!(popped, all);
        assert_eq!(queue.bytes, 0);
    }

    fn all_of(queue: &Queue) -> usize {
        queue.pieces.iter().map(|piece| piece.len()).sum::<usize>() + queue.tail.len()
    }
}
