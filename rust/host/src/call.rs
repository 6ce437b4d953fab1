//! From C++ to the guest: one event at one component, in a fresh store and instance, on a fiber that
//! C++ polls.

use crate::component::hermes_instance_pre;
use crate::error::{catch, guard, hermes_error, panic_message};
use crate::glue::EXPORTS;
use crate::host::{Host, hermes_buffer};
use crate::incoming::INCOMING_HANDLER;
use crate::limiter::{Limiter, Shared, Signals, hermes_memory_limit};
use crate::words::{Dec, Enc, Reader, Words};
use std::ffi::c_void;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};
use wasmtime::component::Type;
use wasmtime::component::types::{Component as ComponentType, ComponentFunc};
use wasmtime::component::{ComponentNamedList, Lift, Lower, TypedFunc};
use wasmtime::{AsContext, Result, Store, UpdateDeadline};

/// An export that events call: generated, but for that of a standard interface.
pub struct Export {
    pub interface: &'static str,
    pub function: &'static str,
    /// Whether a component's function has the type that the engine calls.
    pub check: fn(&ComponentFunc, &ComponentType) -> Result<()>,
    pub start: unsafe fn(
        &'static hermes_instance_pre,
        usize,
        Store<Host>,
        &mut Reader<'_>,
    ) -> Result<Running>,
}

impl Export {
    /// The interface without its version, if it has one.
    pub fn name(&self) -> &'static str {
        self.interface.split('@').next().unwrap_or_default()
    }

    /// Whether a component means it by that name: a standard interface of any 0.2.x.
    pub fn is_named(&self, name: &str) -> bool {
        let versions = self.interface.split_once('@').zip(name.split_once('@'));
        name == self.interface
            || versions.is_some_and(|((interface, _), (name, version))| {
                interface == name && version.starts_with("0.2.")
            })
    }
}

/// All of them, in the order of their numbers.
pub fn all_exports() -> impl Iterator<Item = &'static Export> {
    EXPORTS.iter().chain([&INCOMING_HANDLER])
}

pub type Running = Pin<Box<dyn Future<Output = Result<Returned>> + Send>>;

/// What the guest returned, as words that C++ reads.
pub struct Returned(hermes_buffer);

impl Returned {
    pub fn nothing() -> Self {
        let mut buffer = unsafe { hermes_buffer::uninit().assume_init() };
        buffer.len = 0;
        Returned(buffer)
    }
}

impl Drop for Returned {
    fn drop(&mut self) {
        if let Some(drop) = self.0.drop {
            unsafe { drop(self.0.owner) }
        }
    }
}

pub const fn export<P, R>(interface: &'static str, function: &'static str) -> Export
where
    P: ComponentNamedList + Lower + Dec + Send + Sync + 'static,
    R: ComponentNamedList + Lift + Enc + Send + Sync + 'static,
{
    Export {
        interface,
        function,
        check: |function, component| function.typecheck::<P, R>(&component.instance_type()),
        start: start::<P, R>,
    }
}

/// # Safety
/// `pre` and what the words point to outlive the future.
unsafe fn start<P, R>(
    pre: &'static hermes_instance_pre,
    number: usize,
    mut store: Store<Host>,
    words: &mut Reader<'_>,
) -> Result<Running>
where
    P: ComponentNamedList + Lower + Dec + Send + Sync + 'static,
    R: ComponentNamedList + Lift + Enc + Send + Sync + 'static,
{
    let params = P::dec(words)?;
    Ok(Box::pin(async move {
        let instance = pre.pre.instantiate_async(&mut store).await?;
        store.data().signals.begin();
        let index = pre.exports[number]
            .as_ref()
            .expect("asked for only where it is exported");
        let function = instance
            .get_func(&mut store, index)
            .expect("the component exports it");
        // SAFETY: the component's type was checked when it was linked.
        let function = unsafe { TypedFunc::<P, R>::new_unchecked(function) };
        let result = match function.call_async(&mut store, params).await {
            Err(error) if is_clean_exit(&error) => {
                return clean_exit(function.func().ty(&store).results()).ok_or(error);
            }
            result => result?,
        };
        let mut words = Words::default();
        result.enc(&store.as_context(), &mut words)?;
        Ok(Returned(into_buffer(result, words)))
    }))
}

/// The guest has called exit(0).
pub fn is_clean_exit(error: &wasmtime::Error) -> bool {
    matches!(error.downcast_ref(), Some(wasmtime_wasi::I32Exit(0)))
}

/// What an export answers whose guest ends in peace before it does: nothing, none or true. An
/// answer of another type it owes.
fn clean_exit(mut results: impl ExactSizeIterator<Item = Type>) -> Option<Returned> {
    let word = match (results.len(), results.next()) {
        (0, _) => None,
        (1, Some(Type::Option(_))) => Some(0),
        (1, Some(Type::Bool)) => Some(1),
        _ => return None,
    };
    let mut returned = Returned::nothing();
    if let Some(word) = word {
        returned.0.small[0] = word;
        returned.0.len = 1;
    }
    Some(returned)
}

/// Keeps what the words point to until C++ has read them.
fn into_buffer<R: 'static>(result: R, words: Words) -> hermes_buffer {
    unsafe extern "C" fn drop_kept<R>(kept: *mut c_void) {
        drop(unsafe { Box::from_raw(kept.cast::<(R, Words)>()) })
    }
    let mut buffer = unsafe { hermes_buffer::uninit().assume_init() };
    buffer.len = words.w.len();
    if !std::mem::needs_drop::<R>() && words.w.len() <= buffer.small.len() {
        buffer.small[..words.w.len()].copy_from_slice(&words.w);
    } else {
        let kept = Box::new((result, words));
        buffer.words = kept.1.w.as_ptr();
        buffer.owner = Box::into_raw(kept).cast();
        buffer.drop = Some(drop_kept::<R>);
    }
    buffer
}

/// The number by which C++ asks for an export, or -1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_export_number(handler: *const u8, len: usize) -> isize {
    let handler = unsafe { std::slice::from_raw_parts(handler, len) };
    all_exports()
        .position(|export| {
            handler
                .split(|byte| *byte == b'#')
                .eq([export.name(), export.function].map(str::as_bytes))
        })
        .map_or(-1, |number| number as isize)
}

/// How a call that waits tells C++ that it can go on: the head of an object that C++ counts. All
/// three functions may run on any thread.
#[repr(C)]
pub struct hermes_waker {
    pub wake: unsafe extern "C" fn(waker: *const hermes_waker),
    pub retain: unsafe extern "C" fn(waker: *const hermes_waker),
    pub release: unsafe extern "C" fn(waker: *const hermes_waker),
}

const WAKER: RawWakerVTable = RawWakerVTable::new(
    |p| {
        let waker = p.cast::<hermes_waker>();
        unsafe { ((*waker).retain)(waker) };
        RawWaker::new(p, &WAKER)
    },
    |p| {
        let waker = p.cast::<hermes_waker>();
        unsafe { ((*waker).wake)(waker) };
        unsafe { ((*waker).release)(waker) }
    },
    |p| {
        let waker = p.cast::<hermes_waker>();
        unsafe { ((*waker).wake)(waker) }
    },
    |p| {
        let waker = p.cast::<hermes_waker>();
        unsafe { ((*waker).release)(waker) }
    },
);

/// For as long as it is there, C++ keeps the object.
pub unsafe fn waker_of(waker: *const hermes_waker) -> Waker {
    unsafe {
        ((*waker).retain)(waker);
        Waker::from_raw(RawWaker::new(waker.cast(), &WAKER))
    }
}

/// A call in progress.
pub struct hermes_call {
    running: Option<Running>,
    returned: Option<Returned>,
    waker: Waker,
    /// `running` has it, too.
    signals: Arc<Signals>,
}

/// What a poll came to.
#[repr(C)]
pub enum hermes_progress {
    /// The waker tells when to poll again.
    HERMES_WAITING,
    /// A tick of the epoch passed: it can go on at once.
    HERMES_YIELDED,
    /// `out` holds what the export returned.
    HERMES_RETURNED,
    /// The error says why.
    HERMES_TRAPPED,
}

/// What one call may use.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct hermes_call_limits {
    /// Bytes of all its memories and tables.
    pub memory: usize,
    /// Bytes that one host call lifts and hands to C++.
    pub host_memory: usize,
    /// Handles that it holds at a time.
    pub resources: usize,
}

/// A call of the export of that number, which the component has. Nothing of the guest runs before
/// the first poll. `pre`, `state` and what the words point to outlive the call; `waker` is retained
/// for as long as anybody may use it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_call_new(
    pre: *const hermes_instance_pre,
    number: usize,
    state: *mut c_void,
    limits: hermes_call_limits,
    waker: *const hermes_waker,
    words: *const u64,
    len: usize,
    out: *mut *mut hermes_call,
) -> *mut hermes_error {
    unsafe {
        guard(out, || {
            let waker = waker_of(waker);
            let pre: &'static hermes_instance_pre = &*pre;
            let kept = Arc::new(Signals::default());
            // SAFETY: the call keeps them for longer than its store.
            let signals: &'static Signals = &*Arc::as_ptr(&kept);
            let shared = Shared {
                app: &pre.memory,
                engine: &pre.engine_memory,
            };
            let refusals = pre.callbacks.refusals(state);
            let limiter = Limiter::new(limits.memory, shared, signals, refusals);
            let host = Host::new(state, &pre.callbacks, limits, limiter, signals);
            let mut store = Store::new(pre.pre.engine(), host);
            store.set_hostcall_fuel(limits.host_memory);
            store.set_max_component_handles(limits.resources);
            store.limiter(|host| &mut host.limiter);
            store.epoch_deadline_callback(|cx| {
                cx.data().note_yield();
                Ok(UpdateDeadline::Yield(1))
            });
            store.set_epoch_deadline(1);
            let mut reader = Reader::from_raw(words, len);
            let export = EXPORTS.get(number).unwrap_or(&INCOMING_HANDLER);
            let running = (export.start)(pre, number, store, &mut reader)?;
            Ok(Box::into_raw(Box::new(hermes_call {
                running: Some(running),
                returned: None,
                waker,
                signals: kept,
            })))
        })
    }
}

/// Runs the guest until it waits, yields or ends. When it has ended, `out` is what the export
/// returned, which lives as long as the call, or `error` is written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_call_poll(
    call: *mut hermes_call,
    out: *mut *const hermes_buffer,
    error: *mut *mut hermes_error,
) -> hermes_progress {
    let call = unsafe { &mut *call };
    let Some(running) = call.running.as_mut() else {
        return hermes_progress::HERMES_WAITING;
    };
    let mut cx = Context::from_waker(&call.waker);
    let polled = catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(&mut cx)))
        .unwrap_or_else(|panic| Poll::Ready(Err(panic_message(panic))));
    match polled {
        Poll::Pending => match call.signals.yielded.swap(false, Ordering::Relaxed) {
            true => hermes_progress::HERMES_YIELDED,
            false => hermes_progress::HERMES_WAITING,
        },
        Poll::Ready(result) => {
            call.end();
            match result {
                Ok(returned) => {
                    unsafe { *out = &raw const call.returned.insert(returned).0 };
                    hermes_progress::HERMES_RETURNED
                }
                Err(reason) => {
                    let mut reason = Box::new(hermes_error::new(&reason));
                    reason.busy |= call.signals.engine_was_full();
                    unsafe { *error = Box::into_raw(reason) };
                    hermes_progress::HERMES_TRAPPED
                }
            }
        }
    }
}

impl hermes_call {
    /// Drops the instance; a guest that is not at its end is unwound.
    fn end(&mut self) {
        let running = self.running.take();
        let _ = catch(|| {
            drop(running);
            Ok(())
        });
    }
}

/// Which limit kept a memory from growing, the last time that one was kept from it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_call_memory_limit(call: *const hermes_call) -> hermes_memory_limit {
    unsafe { (*call).signals.memory_limit() }
}

/// Ends a call, whether it has finished or not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_call_free(call: *mut hermes_call) {
    let mut call = unsafe { Box::from_raw(call) };
    call.end();
}
