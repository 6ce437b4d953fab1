//! WASI 0.2 for a call: clocks and random numbers, what the app says of arguments, environment, files
//! and sockets, and output that becomes log records of the app.

use crate::budget::Budget;
use crate::host::hermes_callbacks;
use crate::refusal::Refusals;
use crate::wasi_folders::Folders;
use crate::wasi_http::Connector;
use crate::wasi_memory::Folder;
use crate::wasi_quota::Quota;
use crate::wasi_setup::hermes_wasi_setup;
use crate::wasi_sockets::Sockets;
use bytes::Bytes;
use std::ffi::c_void;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use tokio::io::AsyncWrite;
use tokio::runtime::{EnterGuard, Runtime};
use wasmtime::component::{Resource, ResourceTable};
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::filesystem::Descriptor;
use wasmtime_wasi::p2::bindings::filesystem::types::ErrorCode;
use wasmtime_wasi::p2::{FsResult, OutputStream, Pollable, StreamResult};
use wasmtime_wasi::sockets::WasiSocketsCtxView;
use wasmtime_wasi::{WasiCtx, WasiCtxBuilder, WasiCtxView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView};

pub struct Wasi {
    ctx: WasiCtx,
    pub table: ResourceTable,
    /// Found when the guest asks for files.
    folders: Option<CallFolders>,
    /// Directories that it reads.
    pub listings: usize,
    /// What it read last.
    pub piece: Vec<u8>,
    http: WasiHttpCtx,
    connector: Connector,
    /// Found when the guest asks for one.
    sockets: Option<Sockets>,
}

/// The files of a call.
pub struct CallFolders {
    /// With the other calls of the app.
    pub shared: Arc<Folders>,
    /// Made when the guest first looks there.
    tmp: Option<Arc<Folder>>,
    var: Option<Resource<Descriptor>>,
}

impl Wasi {
    pub fn new(state: *mut c_void, callbacks: &'static hermes_callbacks, resources: usize) -> Self {
        let output = |stream| Output {
            state,
            callbacks,
            stream,
        };
        let mut setup = hermes_wasi_setup::default();
        if let Some(set_up) = callbacks.wasi.set_up {
            unsafe { set_up(callbacks.wasi.host, state, &mut setup) }
        }
        let ctx = WasiCtxBuilder::new()
            .stdout(output(0))
            .stderr(output(1))
            .args(&setup.arguments)
            .envs(&setup.environment)
            .allow_blocking_current_thread(true)
            .build();
        let mut table = ResourceTable::new();
        table.set_max_capacity(resources);
        Wasi {
            ctx,
            table,
            folders: None,
            listings: 0,
            piece: vec![],
            http: WasiHttpCtx::new(),
            connector: Connector {
                host: callbacks.wasi,
                state,
                bodies: Default::default(),
                is_over: Default::default(),
                refusals: callbacks.refusals(state),
            },
            sockets: None,
        }
    }

    /// None where the app may have none.
    pub fn sockets(&mut self) -> Option<&mut Sockets> {
        if self.sockets.is_none() {
            self.sockets = Sockets::new(self.connector.host, self.connector.state);
        }
        self.sockets.as_mut()
    }

    /// Where the crate makes them; without a permission, it refuses.
    pub fn sockets_view(&mut self) -> WasiSocketsCtxView<'_> {
        let ctx = match &mut self.sockets {
            Some(sockets) => &mut sockets.ctx,
            None => self.ctx.sockets(),
        };
        WasiSocketsCtxView {
            ctx,
            table: &mut self.table,
        }
    }

    pub fn folders(&mut self) -> Option<&mut CallFolders> {
        if self.folders.is_none() {
            let Connector { host, state, .. } = &self.connector;
            let handle = host
                .folders
                .map(|find| unsafe { find(host.host, *state) })?;
            if handle.is_null() {
                return None;
            }
            let shared = unsafe { Box::from_raw(handle) };
            self.folders = Some(CallFolders {
                shared: shared.0,
                tmp: None,
                var: None,
            });
        }
        self.folders.as_mut()
    }

    /// What guests find as `/tmp`. What it takes is of these, of the app and of the engine.
    pub fn tmp(&mut self, budgets: [Arc<Budget>; 2], refusals: Refusals) -> FsResult<Arc<Folder>> {
        let folders = self.folders().ok_or(ErrorCode::NoEntry)?;
        if let Some(tmp) = &folders.tmp {
            return Ok(tmp.clone());
        }
        let tmp = Folder::new(&Quota::new(folders.shared.tmp_bytes, budgets, refusals))?;
        folders.tmp = Some(tmp.clone());
        Ok(tmp)
    }

    /// The number of what guests find as `/var`, of the crate's in the table.
    pub fn var(&mut self) -> FsResult<u32> {
        let folders = self.folders().ok_or(ErrorCode::NoEntry)?;
        if let Some(var) = &folders.var {
            return Ok(var.rep());
        }
        let shared = folders.shared.clone();
        let var = shared.var.as_ref().ok_or(ErrorCode::NoEntry)?;
        let var = self.table.push(Descriptor::Dir(var.folder.clone()))?;
        let number = var.rep();
        if let Some(folders) = self.folders() {
            folders.var = Some(var);
        }
        Ok(number)
    }

    pub fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView {
            hooks: &mut self.connector,
            table: &mut self.table,
            ctx: &mut self.http,
        }
    }

    pub fn view(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.ctx,
            table: &mut self.table,
        }
    }
}

impl Drop for Wasi {
    fn drop(&mut self) {
        self.connector.is_over.store(true, Ordering::Release);
    }
}

/// Hands text to C++ at once, so it is never full.
#[derive(Clone, Copy)]
struct Output {
    state: *mut c_void,
    callbacks: &'static hermes_callbacks,
    stream: u32,
}

// Used by the call's own thread only, like the state.
unsafe impl Send for Output {}
unsafe impl Sync for Output {}

impl Output {
    fn put(&self, bytes: &[u8]) {
        unsafe { (self.callbacks.output)(self.state, self.stream, bytes.as_ptr(), bytes.len()) }
    }
}

impl IsTerminal for Output {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Output {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(*self)
    }
    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(*self)
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for Output {
    async fn ready(&mut self) {}
}

impl OutputStream for Output {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.put(&bytes);
        Ok(())
    }
    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }
    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(64 << 10)
    }
}

impl AsyncWrite for Output {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        self.put(bytes);
        Poll::Ready(Ok(bytes.len()))
    }
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// The library's one runtime, for WASI's timers.
pub fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(16)
            .thread_name("hermes-wasi")
            .enable_all()
            .build()
            .expect("the machine gives a thread")
    })
}

/// A thread's membership in the runtime.
pub struct hermes_thread_entry(#[allow(dead_code)] EnterGuard<'static>);

/// Before a thread polls calls. Left on the same thread.
#[unsafe(no_mangle)]
pub extern "C" fn hermes_thread_enter() -> *mut hermes_thread_entry {
    Box::into_raw(Box::new(hermes_thread_entry(runtime().enter())))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_thread_leave(entry: *mut hermes_thread_entry) {
    drop(unsafe { Box::from_raw(entry) })
}
