//! From the guest to C++: host functions, and what a store knows of its call.

use crate::call::hermes_call_limits;
use crate::limiter::{Limiter, Signals};
use crate::refusal::{Refusals, hermes_refusal};
use crate::wasi::Wasi;
use crate::wasi_http::hermes_wasi_host;
use crate::words::{Dec, Enc, Reader, Words};
use std::cell::UnsafeCell;
use std::ffi::c_void;
use std::future::Future;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use wasmtime::component::LinkerInstance;
use wasmtime::{AsContext, AsContextMut, Error, Result, StoreContextMut, format_err};

/// A value or an error on its way between the languages. Whoever receives it calls `drop(owner)`
/// when it is done with what the words point to. Where `words` is null, they are in `small`.
#[repr(C)]
pub struct hermes_buffer {
    pub words: *const u64,
    pub len: usize,
    pub error: *const u8,
    pub error_len: usize,
    pub owner: *mut c_void,
    pub drop: Option<unsafe extern "C" fn(*mut c_void)>,
    /// Room of `HERMES_PLACE` bytes in which the owner may be, until it is dropped; or null.
    pub place: *mut c_void,
    pub small: [u64; 16],
}

pub const HERMES_PLACE: usize = 96;

unsafe impl Send for hermes_buffer {}

impl hermes_buffer {
    /// All null, except that `small` is not yet written.
    pub fn uninit() -> MaybeUninit<Self> {
        let mut buffer = MaybeUninit::<Self>::uninit();
        let p = buffer.as_mut_ptr();
        // SAFETY: the fields are in bounds; C++ writes as much of `small` as `len` says.
        unsafe {
            (&raw mut (*p).words).write(std::ptr::null());
            (&raw mut (*p).len).write(0);
            (&raw mut (*p).error).write(std::ptr::null());
            (&raw mut (*p).error_len).write(0);
            (&raw mut (*p).owner).write(std::ptr::null_mut());
            (&raw mut (*p).drop).write(None);
            (&raw mut (*p).place).write(std::ptr::null_mut());
        }
        buffer
    }
}

/// The functions of a host function's two forms; one of them is null.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct hermes_host_function {
    /// Answers before it returns. True: it failed, and `out` holds the error.
    pub now: Option<
        unsafe extern "C" fn(
            implementation: *mut c_void,
            state: *mut c_void,
            words: *const u64,
            len: usize,
            out: *mut hermes_buffer,
        ) -> bool,
    >,
    /// Answers through `hermes_slot_complete`, exactly once, from any thread.
    pub later: Option<
        unsafe extern "C" fn(
            implementation: *mut c_void,
            state: *mut c_void,
            words: *const u64,
            len: usize,
            slot: *const hermes_slot,
        ),
    >,
}

/// What the engine calls on a call's C++ state, on the thread that polls the call.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct hermes_callbacks {
    /// The guest wrote to stdout (`stream` 0) or stderr (1).
    pub output: unsafe extern "C" fn(state: *mut c_void, stream: u32, data: *const u8, len: usize),
    /// A @blocking function of the host begins, or has ended.
    pub blocking: unsafe extern "C" fn(state: *mut c_void, begins: bool),
    /// The guest dropped a resource.
    pub drop_resource: unsafe extern "C" fn(state: *mut c_void, rep: u32),
    /// A limit refused something to the guest, which goes on.
    pub refused: unsafe extern "C" fn(state: *mut c_void, what: hermes_refusal),
    pub wasi: hermes_wasi_host,
}

impl hermes_callbacks {
    pub fn refusals(&self, state: *mut c_void) -> Refusals {
        Refusals {
            state,
            refused: self.refused,
        }
    }
}

/// Marks what may block the thread of a call, so that others need not wait for it.
#[derive(Clone, Copy)]
pub struct Blocking {
    state: *mut c_void,
    callbacks: &'static hermes_callbacks,
}

// Used by the call's own thread only, like the state.
unsafe impl Send for Blocking {}
unsafe impl Sync for Blocking {}

impl Blocking {
    /// While the result lives, on this thread.
    #[must_use]
    pub fn begin(&self) -> BlockingSection<'_> {
        unsafe { (self.callbacks.blocking)(self.state, true) };
        BlockingSection(self)
    }
}

pub struct BlockingSection<'a>(&'a Blocking);

impl Drop for BlockingSection<'_> {
    fn drop(&mut self) {
        unsafe { (self.0.callbacks.blocking)(self.0.state, false) }
    }
}

/// A C++ object that implements an interface, and serves every thread.
#[derive(Clone, Copy)]
pub struct Implementation(pub *mut c_void);
unsafe impl Send for Implementation {}
unsafe impl Sync for Implementation {}

/// A host function, and what it is called in messages.
#[derive(Clone, Copy)]
pub struct HostFunction {
    pub raw: hermes_host_function,
    pub interface: &'static str,
    pub name: &'static str,
}

/// An interface that components import: generated.
pub struct Interface {
    pub name: &'static str,
    /// In the order of the table that C++ provides.
    pub functions: &'static [&'static str],
    /// Has neither functions nor resources, so nobody needs to provide it.
    pub types_only: bool,
    pub link: fn(&mut LinkerInstance<'_, Host>, Implementation, &[HostFunction]) -> Result<()>,
}

/// The data of a store.
pub struct Host {
    /// The C++ state of the call.
    pub state: *mut c_void,
    pub callbacks: &'static hermes_callbacks,
    pub limits: hermes_call_limits,
    pub limiter: Limiter,
    pub signals: &'static Signals,
    /// Owns the last host function's result, which Wasmtime lowers only after the function has
    /// returned: it is released at the next host call.
    pending: Option<OwnedByCpp>,
    /// For what C++ then owns, where it is small. A store never moves its data.
    place: UnsafeCell<MaybeUninit<[u64; HERMES_PLACE / size_of::<u64>()]>>,
    /// Made when the guest first uses WASI.
    wasi: Option<Box<Wasi>>,
}

// C++ promises that the state may be used from the thread that polls the call.
unsafe impl Send for Host {}

impl Host {
    pub fn new(
        state: *mut c_void,
        callbacks: &'static hermes_callbacks,
        limits: hermes_call_limits,
        limiter: Limiter,
        signals: &'static Signals,
    ) -> Self {
        Host {
            state,
            callbacks,
            limits,
            limiter,
            signals,
            pending: None,
            place: UnsafeCell::new(MaybeUninit::uninit()),
            wasi: None,
        }
    }

    pub fn note_yield(&self) {
        self.signals.yielded.store(true, Ordering::Relaxed);
    }
}

impl Host {
    pub fn wasi(&mut self) -> &mut Wasi {
        let (state, callbacks, resources) = (self.state, self.callbacks, self.limits.resources);
        self.wasi
            .get_or_insert_with(|| Box::new(Wasi::new(state, callbacks, resources)))
    }

    pub fn refusals(&self) -> Refusals {
        self.callbacks.refusals(self.state)
    }

    pub fn blocking(&self) -> Blocking {
        Blocking {
            state: self.state,
            callbacks: self.callbacks,
        }
    }
}

impl wasmtime_wasi::WasiView for Host {
    fn ctx(&mut self) -> wasmtime_wasi::WasiCtxView<'_> {
        self.wasi().view()
    }
}

impl wasmtime_wasi_http::WasiHttpView for Host {
    fn http(&mut self) -> wasmtime_wasi_http::WasiHttpCtxView<'_> {
        self.wasi().http()
    }
}

/// Memory that C++ releases.
struct OwnedByCpp {
    owner: *mut c_void,
    drop: Option<unsafe extern "C" fn(*mut c_void)>,
}

unsafe impl Send for OwnedByCpp {}

impl OwnedByCpp {
    unsafe fn of(buffer: *mut hermes_buffer) -> Self {
        unsafe {
            OwnedByCpp {
                owner: (*buffer).owner,
                drop: (*buffer).drop.take(),
            }
        }
    }
}

impl Drop for OwnedByCpp {
    fn drop(&mut self) {
        if let Some(drop) = self.drop {
            unsafe { drop(self.owner) }
        }
    }
}

/// Reads what C++ left in `out`.
#[inline]
unsafe fn finish<R: Dec>(
    mut cx: StoreContextMut<'_, Host>,
    function: &HostFunction,
    failed: bool,
    out: *mut hermes_buffer,
) -> Result<R> {
    let owner = unsafe { OwnedByCpp::of(out) };
    if failed {
        return Err(unsafe { error_of(function, out) });
    }
    let value = R::dec(&mut unsafe { reader_of(out) });
    if owner.drop.is_some() {
        cx.data_mut().pending = Some(owner);
    }
    value
}

unsafe fn reader_of<'a>(out: *const hermes_buffer) -> Reader<'a> {
    unsafe {
        let words = match (*out).words {
            words if words.is_null() => (&raw const (*out).small).cast::<u64>(),
            words => words,
        };
        Reader::from_raw(words, (*out).len)
    }
}

unsafe fn reason_of(out: *const hermes_buffer) -> String {
    let (data, len) = unsafe { ((*out).error, (*out).error_len) };
    match len {
        0 => "it failed without a reason".into(),
        _ => String::from_utf8_lossy(unsafe { std::slice::from_raw_parts(data, len) }).into_owned(),
    }
}

unsafe fn error_of(function: &HostFunction, out: *const hermes_buffer) -> Error {
    let reason = unsafe { reason_of(out) };
    format_err!("{}#{}: {reason}", function.interface, function.name)
}

/// Calls a C++ function with what was lifted from the guest.
#[inline]
pub fn call_now<P: Enc, R: Dec>(
    mut cx: StoreContextMut<'_, Host>,
    params: P,
    implementation: Implementation,
    function: &HostFunction,
) -> Result<R> {
    let mut words = Words::default();
    params.enc(&cx.as_context(), &mut words)?;
    let mut out = hermes_buffer::uninit();
    let now = function
        .raw
        .now
        .expect("the table has the form that the WIT says");
    let state = cx.data().state;
    if R::BORROWS {
        let host = cx.data_mut();
        host.pending = None;
        unsafe { (*out.as_mut_ptr()).place = host.place.get().cast() };
    }
    unsafe {
        let failed = now(
            implementation.0,
            state,
            words.w.as_ptr(),
            words.w.len(),
            out.as_mut_ptr(),
        );
        finish(cx.as_context_mut(), function, failed, out.as_mut_ptr())
    }
}

/// Starts a C++ function and waits for it without holding the thread.
pub fn call_later<'a, P: Enc, R: Dec + Send + 'static>(
    mut cx: StoreContextMut<'a, Host>,
    params: P,
    implementation: Implementation,
    function: HostFunction,
) -> Box<dyn Future<Output = Result<R>> + Send + 'a> {
    let slot = start(&cx, params, implementation, &function);
    Box::new(async move {
        let mut answer = Wait(slot?).await;
        unsafe {
            finish(
                cx.as_context_mut(),
                &function,
                answer.0,
                answer.1.as_mut_ptr(),
            )
        }
    })
}

fn start<P: Enc>(
    cx: &StoreContextMut<'_, Host>,
    params: P,
    implementation: Implementation,
    function: &HostFunction,
) -> Result<Arc<hermes_slot>> {
    let mut words = Words::default();
    params.enc(&cx.as_context(), &mut words)?;
    let slot = Arc::new(hermes_slot::default());
    let later = function
        .raw
        .later
        .expect("the table has the form that the WIT says");
    unsafe {
        let raw = Arc::into_raw(slot.clone());
        later(
            implementation.0,
            cx.data().state,
            words.w.as_ptr(),
            words.w.len(),
            raw,
        );
    }
    Ok(slot)
}

/// Ends a resource that the guest owned.
pub fn drop_resource(cx: StoreContextMut<'_, Host>, rep: u32) -> Result<()> {
    let host = cx.data();
    unsafe { (host.callbacks.drop_resource)(host.state, rep) };
    Ok(())
}

/// Where a host function that answers later leaves its answer.
#[derive(Default)]
pub struct hermes_slot(Mutex<Slot>);

#[derive(Default)]
struct Slot {
    answer: Option<Answer>,
    waker: Option<Waker>,
}

pub struct Answer(bool, MaybeUninit<hermes_buffer>);
unsafe impl Send for Answer {}

impl Answer {
    /// The value, which lives in what C++ still owns: `read` copies what it keeps.
    pub fn read<R: Dec, T>(mut self, read: impl FnOnce(R) -> T) -> Result<T> {
        let out = self.1.as_mut_ptr();
        unsafe {
            let _owner = OwnedByCpp::of(out);
            if self.0 {
                return Err(format_err!("{}", reason_of(out)));
            }
            Ok(read(R::dec(&mut reader_of(out))?))
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        // Nobody took it: the call had ended.
        if let Some(Answer(_, buffer)) = &mut self.answer {
            drop(unsafe { OwnedByCpp::of(buffer.as_mut_ptr()) });
        }
    }
}

pub struct Wait(pub Arc<hermes_slot>);

impl Future for Wait {
    type Output = Answer;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut slot = self.0.0.lock().unwrap();
        match slot.answer.take() {
            Some(answer) => Poll::Ready(answer),
            None => {
                slot.waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

/// Answers a host function that waits, once; from any thread. `slot` is gone afterwards, and `out`
/// is taken over.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_slot_complete(
    slot: *const hermes_slot,
    failed: bool,
    out: *mut hermes_buffer,
) {
    let slot = unsafe { Arc::from_raw(slot) };
    // The words of a small answer move with it, as `words` is null for them.
    let buffer = unsafe { std::ptr::read(out.cast::<MaybeUninit<hermes_buffer>>()) };
    let waker = {
        let mut slot = slot.0.lock().unwrap();
        slot.answer = Some(Answer(failed, buffer));
        slot.waker.take()
    };
    if let Some(waker) = waker {
        waker.wake();
    }
}
