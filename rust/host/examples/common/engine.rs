use hermes_host::budget::hermes_budget_new;
use hermes_host::engine::{hermes_engine, hermes_engine_config, hermes_engine_new};
use hermes_host::host::hermes_callbacks;
use hermes_host::refusal::hermes_refusal;
use hermes_host::wasi_http::hermes_wasi_host;
use std::ffi::c_void;
use std::future::Future;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use wasmtime::Engine;

/// Of an engine as C++ makes it, so that every setting is the same.
pub fn engine() -> Engine {
    unsafe extern "C" fn output(_: *mut c_void, _: u32, _: *const u8, _: usize) {}
    unsafe extern "C" fn blocking(_: *mut c_void, _: bool) {}
    unsafe extern "C" fn drop_resource(_: *mut c_void, _: u32) {}
    unsafe extern "C" fn refused(_: *mut c_void, _: hermes_refusal) {}
    let config = hermes_engine_config {
        pooling: true,
        reserve: true,
        all_cores: true,
        slots: 1000,
        max_memory: 128 << 20,
        memory: hermes_budget_new(usize::MAX),
        callbacks: hermes_callbacks {
            output,
            blocking,
            drop_resource,
            refused,
            wasi: hermes_wasi_host {
                host: std::ptr::null_mut(),
                set_up: None,
                folders: None,
                open: None,
                send: None,
                drained: None,
                close: None,
                sockets: None,
                open_socket: None,
                close_socket: None,
                may_reach: None,
                look_up: None,
                close_sockets: None,
            },
        },
    };
    let mut engine: *mut hermes_engine = std::ptr::null_mut();
    let error = unsafe { hermes_engine_new(&config, &mut engine) };
    assert!(error.is_null(), "no engine on this machine");
    unsafe { (*engine).engine.clone() }
}

/// No guest yields here, because nothing ticks.
pub fn ready<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("a call waits"),
    }
}

/// What this thread has used of a CPU, to the nanosecond.
pub fn thread_cpu() -> Duration {
    let used = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(used.tv_sec as u64, used.tv_nsec as u32)
}
