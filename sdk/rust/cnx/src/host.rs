// SPDX-License-Identifier: Apache-2.0
use std::ffi::c_void;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

use crate::abi;

/// What the host offers to one instance. Cheap to clone; valid as long as the instance.
#[derive(Clone)]
pub struct Host {
    raw: *const abi::Host,
    cancelled: Arc<AtomicBool>,
}

#[derive(Clone, Copy)]
pub enum Level {
    Debug = 1,
    Info = 2,
    Warning = 3,
    Error = 4,
}

impl Host {
    pub(crate) fn new(raw: *const abi::Host, cancelled: Arc<AtomicBool>) -> Host {
        Host { raw, cancelled }
    }

    /// For tests: a host that offers nothing.
    pub fn absent() -> Host {
        Host { raw: std::ptr::null(), cancelled: Arc::new(AtomicBool::new(false)) }
    }

    /// Whether the host has asked to end what is being done.
    pub fn cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// For tests: what the host does from another thread.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    pub fn task(&self) -> i32 {
        unsafe { self.raw.as_ref() }.map_or(0, |host| host.task)
    }

    pub fn task_count(&self) -> i32 {
        unsafe { self.raw.as_ref() }.map_or(1, |host| host.task_count)
    }

    pub fn log(&self, level: Level, message: &str) {
        if let Some(log) = unsafe { self.service::<abi::Log>(b"cnx.log/1\0") } {
            unsafe { (log.write)(log.ctx, level as i32, abi::Str::of(message)) }
        }
    }

    /// Microseconds since the epoch, UTC, from the host, so that a run can be repeated; 0 without a host.
    pub fn now_us(&self) -> i64 {
        unsafe { self.service::<abi::Clock>(b"cnx.clock/1\0") }.map_or(0, |clock| unsafe { (clock.now_us)(clock.ctx) })
    }

    /// Never jumps; what `poll`'s deadline counts in.
    pub fn monotonic_ns(&self) -> i64 {
        unsafe { self.service::<abi::Clock>(b"cnx.clock/1\0") }.map_or(0, |clock| unsafe { (clock.monotonic_ns)(clock.ctx) })
    }

    /// Waits; false: a stop or cancel() ended it.
    pub fn wait_ms(&self, milliseconds: i64) -> bool {
        let over = unsafe { self.service::<abi::Wait>(b"cnx.wait/1\0") }
            .map_or(true, |wait| unsafe { (wait.wait_ms)(wait.ctx, milliseconds) } == abi::OK);
        over && !self.cancelled()
    }

    /// A service that this module does not wrap, by its id.
    /// # Safety
    /// `T` has to be the table of that id, and `id` has to end with a NUL.
    pub unsafe fn service<T>(&self, id: &[u8]) -> Option<&T> {
        debug_assert_eq!(id.last(), Some(&0));
        let host = self.raw.as_ref()?;
        let table: *const c_void = (host.service)(host, id.as_ptr().cast());
        table.cast::<T>().as_ref()
    }
}
