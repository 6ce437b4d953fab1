//! The block store of C++. Its functions may block: they are called on blocking threads.

use crate::abi::{hermes_p2p_blocks, hermes_p2p_bytes};
use bytes::Bytes;
use std::ffi::c_void;
use std::sync::RwLock;

pub struct Blocks {
    /// None after `close`. Read while a function runs.
    table: RwLock<Option<Table>>,
    pub takes_blocks: bool,
}

#[derive(Clone, Copy)]
struct Table(hermes_p2p_blocks);
// Safety: the interface says that any thread may call the functions, several at a time.
unsafe impl Send for Table {}
unsafe impl Sync for Table {}

impl Blocks {
    pub fn new(table: hermes_p2p_blocks) -> Self {
        Blocks {
            takes_blocks: table.put.is_some(),
            table: RwLock::new(Some(Table(table))),
        }
    }

    pub fn get(&self, cid: &[u8]) -> Option<Bytes> {
        unsafe extern "C" fn write(into: *mut c_void, block: hermes_p2p_bytes) {
            let into = unsafe { &mut *into.cast::<Option<Bytes>>() };
            *into = Some(Bytes::copy_from_slice(unsafe { block.get() }));
        }
        self.with(|table| {
            let mut block: Option<Bytes> = None;
            let into = (&raw mut block).cast();
            let cid = hermes_p2p_bytes::of(cid);
            let found = unsafe { (table.get)(table.context, cid, write, into) };
            block.filter(|_| found)
        })
        .flatten()
    }

    pub fn size(&self, cid: &[u8]) -> Option<usize> {
        let size = self.with(|table| {
            let cid = hermes_p2p_bytes::of(cid);
            unsafe { (table.size)(table.context, cid) }
        });
        usize::try_from(size?).ok()
    }

    /// Whether it is kept; true where blocks are not put.
    pub fn put(&self, cid: &[u8], block: &[u8]) -> bool {
        self.with(|table| match table.put {
            Some(put) => unsafe {
                let (cid, block) = (hermes_p2p_bytes::of(cid), hermes_p2p_bytes::of(block));
                put(table.context, cid, block)
            },
            None => true,
        })
        .unwrap_or(false)
    }

    /// After it, no function runs, and none is called.
    pub fn close(&self) {
        *self.table.write().unwrap() = None;
    }

    fn with<R>(&self, f: impl FnOnce(&hermes_p2p_blocks) -> R) -> Option<R> {
        let table = self.table.read().unwrap();
        table.as_ref().map(|table| f(&table.0))
    }
}
