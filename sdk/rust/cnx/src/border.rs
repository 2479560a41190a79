// SPDX-License-Identifier: Apache-2.0
//! The C tables of a component: the only functions that the host calls. Nothing unwinds through them.

use std::ffi::c_void;
use std::mem::size_of;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

use crate::batch::Sealed;
use crate::{abi, Batch, Config, Error, Host, Key, KnownPosition, KnownRange, Output, Plan, RecordBatch, Rejects, Result, Sink, Source, Start, Transform};

/// What `self` points to. Only `cancelled` is touched by other threads.
struct Instance<T> {
    cancelled: Arc<AtomicBool>,
    component: T,
    // Text that the host may read until the next call.
    plan: Plan,
}

fn panic_text(panic: Box<dyn std::any::Any + Send>) -> String {
    let what = panic.downcast_ref::<&str>().map(|text| text.to_string());
    what.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "of an unknown kind".to_string())
}

unsafe fn tell(error: *mut abi::Error, what: &Error) -> abi::Status {
    if let Some(slot) = error.as_mut() {
        slot.action = what.action;
        slot.retry_after_ms = what.retry_after_ms;
        slot.native_code = what.native_code;
        (slot.set_message)(slot.ctx, abi::Str::of(&what.message));
    }
    what.action
}

/// Runs `call`; its status, and its error or panic in the caller's slot.
unsafe fn guarded(error: *mut abi::Error, call: impl FnOnce() -> Result<abi::Status>) -> abi::Status {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(status)) => status,
        Ok(Err(what)) => tell(error, &what),
        Err(panic) => tell(error, &Error::fatal(format!("the plugin panicked: {}", panic_text(panic)))),
    }
}

/// For calls that cannot fail: a panic in them is dropped, the process lives.
fn silenced(call: impl FnOnce()) {
    let _ = catch_unwind(AssertUnwindSafe(call));
}

unsafe fn of<'a, T>(this: *mut c_void) -> &'a mut Instance<T> {
    &mut *this.cast::<Instance<T>>()
}

unsafe fn make<T>(
    host: *const abi::Host,
    config: *const abi::Config,
    this: *mut *mut c_void,
    error: *mut abi::Error,
    create: fn(Host, &Config) -> Result<T>,
) -> abi::Status {
    guarded(error, || {
        let cancelled = Arc::new(AtomicBool::new(false));
        let component = create(Host::new(host, cancelled.clone()), &Config::copy(&*config))?;
        *this = Box::into_raw(Box::new(Instance { cancelled, component, plan: Plan::default() })).cast();
        Ok(abi::OK)
    })
}

unsafe extern "C" fn destroy<T>(this: *mut c_void) {
    silenced(|| drop(Box::from_raw(this.cast::<Instance<T>>())));
}

/// Called beside the owner's calls: no reference to the instance may be made, only to the flag in it.
unsafe extern "C" fn cancel<T>(this: *mut c_void) {
    (*std::ptr::addr_of!((*this.cast::<Instance<T>>()).cancelled)).store(true, Ordering::Relaxed);
}

struct SourceCalls<T>(std::marker::PhantomData<T>);

impl<T: Source> SourceCalls<T> {
    const TABLE: &'static abi::Source = &abi::Source {
        struct_size: size_of::<abi::Source>() as u32,
        create: Self::create,
        destroy: destroy::<T>,
        start: Self::start,
        poll: Self::poll,
        acked: Self::acked,
        cancel: cancel::<T>,
        stop: Self::stop,
    };

    unsafe extern "C" fn create(host: *const abi::Host, config: *const abi::Config, this: *mut *mut c_void, error: *mut abi::Error) -> abi::Status {
        make(host, config, this, error, T::create)
    }

    unsafe extern "C" fn start(this: *mut c_void, from: *const abi::SourceStart, plan: *mut abi::SourcePlan, error: *mut abi::Error) -> abi::Status {
        guarded(error, || {
            let me = of::<T>(this);
            me.plan = me.component.start(&start_of(&*from))?;
            let plan = &mut *plan;
            plan.bounded = u32::from(me.plan.range_id.is_some());
            plan.range_id = me.plan.range_id.as_deref().map_or(abi::Str::ABSENT, abi::Str::of);
            plan.title = abi::Str::of(&me.plan.title);
            Ok(abi::OK)
        })
    }

    unsafe extern "C" fn poll(this: *mut c_void, deadline_ns: i64, out: *mut abi::SourceBatch, error: *mut abi::Error) -> abi::Status {
        guarded(error, || {
            let me = of::<T>(this);
            if me.cancelled.load(Ordering::Relaxed) {
                return Err(Error::cancelled());
            }
            let mut batch = RecordBatch::default();
            let more = me.component.poll(deadline_ns, &mut batch)?;
            if !batch.is_empty() {
                let sealed = Sealed::seal(batch);
                let out = &mut *out;
                out.records = std::ptr::addr_of_mut!((*sealed).batch);
                out.position_stride = size_of::<abi::Position>() as u32;
                out.position_count = (*sealed).positions.len() as u64;
                out.positions = (*sealed).positions.as_ptr();
            }
            Ok(if more { abi::OK } else { abi::END })
        })
    }

    unsafe extern "C" fn acked(this: *mut c_void) {
        silenced(|| of::<T>(this).component.acked());
    }

    unsafe extern "C" fn stop(this: *mut c_void) {
        silenced(|| of::<T>(this).component.stop());
    }
}

unsafe fn start_of(raw: &abi::SourceStart) -> Start {
    let mut start = Start { again: raw.again != 0, ..Start::default() };
    for i in 0..raw.position_count as usize {
        let position = &*raw.positions.cast::<u8>().add(i * raw.position_stride as usize).cast::<abi::Position>();
        start.positions.push(KnownPosition {
            key: position.key.text(),
            value: position.value.bytes().map(|bytes| String::from_utf8_lossy(bytes).into_owned()),
            range_id: position.range_id.text(),
        });
    }
    for i in 0..raw.range_count as usize {
        let range = &*raw.ranges.cast::<u8>().add(i * raw.range_stride as usize).cast::<abi::Range>();
        start.ranges.push(KnownRange { id: range.id.text(), state: range.state, updated_ms: range.updated_ms });
    }
    start
}

struct TransformCalls<T>(std::marker::PhantomData<T>);

impl<T: Transform> TransformCalls<T> {
    const TABLE: &'static abi::Transform = &abi::Transform {
        struct_size: size_of::<abi::Transform>() as u32,
        input: abi::RECORDS,
        output: abi::RECORDS,
        create: Self::create,
        destroy: destroy::<T>,
        apply: Self::apply,
    };

    unsafe extern "C" fn create(host: *const abi::Host, config: *const abi::Config, this: *mut *mut c_void, error: *mut abi::Error) -> abi::Status {
        make(host, config, this, error, T::create)
    }

    unsafe extern "C" fn apply(this: *mut c_void, batch: *const abi::Batch, out: *const abi::Output, error: *mut abi::Error) -> abi::Status {
        guarded(error, || {
            of::<T>(this).component.apply(Batch::new(&*batch), &mut Output { raw: &*out })?;
            Ok(abi::OK)
        })
    }
}

struct SinkCalls<T>(std::marker::PhantomData<T>);

impl<T: Sink> SinkCalls<T> {
    const TABLE: &'static abi::Sink = &abi::Sink {
        struct_size: size_of::<abi::Sink>() as u32,
        input: abi::RECORDS,
        create: Self::create,
        destroy: destroy::<T>,
        start: Self::start,
        prepare: Self::prepare,
        write: Self::write,
        flush: Self::flush,
        idle: Self::idle,
        cancel: cancel::<T>,
        stop: Self::stop,
    };

    unsafe extern "C" fn create(host: *const abi::Host, config: *const abi::Config, this: *mut *mut c_void, error: *mut abi::Error) -> abi::Status {
        make(host, config, this, error, T::create)
    }

    unsafe extern "C" fn start(this: *mut c_void, error: *mut abi::Error) -> abi::Status {
        guarded(error, || of::<T>(this).component.start().map(|()| abi::OK))
    }

    unsafe extern "C" fn prepare(_: *mut c_void, _: *const abi::Batch, _: *mut abi::Error) -> abi::Status {
        abi::OK
    }

    unsafe extern "C" fn write(this: *mut c_void, batch: *const abi::Batch, rows: abi::Selection, rejects: *const abi::Rejects, error: *mut abi::Error) -> abi::Status {
        guarded(error, || {
            let all: Vec<u32>;
            let chosen = if rows.rows.is_null() {
                all = (0..(*batch).count as u32).collect();
                &all[..]
            } else {
                std::slice::from_raw_parts(rows.rows, rows.count as usize)
            };
            of::<T>(this).component.write(Batch::new(&*batch), chosen, &mut Rejects { raw: &*rejects })?;
            Ok(abi::OK)
        })
    }

    unsafe extern "C" fn flush(this: *mut c_void, error: *mut abi::Error) -> abi::Status {
        guarded(error, || of::<T>(this).component.flush().map(|()| abi::OK))
    }

    unsafe extern "C" fn idle(_: *mut c_void) {}

    unsafe extern "C" fn stop(this: *mut c_void) {
        silenced(|| of::<T>(this).component.stop());
    }
}

const fn component(kind: u32, name: &'static str, doc: &'static str, keys: &'static [Key], table: *const c_void) -> abi::Component {
    abi::Component {
        struct_size: size_of::<abi::Component>() as u32,
        kind,
        name: abi::Str::of(name),
        doc: abi::Str::of(doc),
        key_stride: size_of::<abi::Key>() as u32,
        key_count: keys.len() as u32,
        keys: keys.as_ptr().cast(),
        table,
        validate: None,
        extension: None,
    }
}

/// A source as a component of [`plugin!`](crate::plugin).
pub const fn source<T: Source>() -> abi::Component {
    let table: *const abi::Source = SourceCalls::<T>::TABLE;
    component(abi::SOURCE, T::NAME, T::DOC, T::KEYS, table.cast())
}

/// A transform as a component of [`plugin!`](crate::plugin).
pub const fn transform<T: Transform>() -> abi::Component {
    let table: *const abi::Transform = TransformCalls::<T>::TABLE;
    component(abi::TRANSFORM, T::NAME, T::DOC, T::KEYS, table.cast())
}

/// A sink as a component of [`plugin!`](crate::plugin).
pub const fn sink<T: Sink>() -> abi::Component {
    let table: *const abi::Sink = SinkCalls::<T>::TABLE;
    component(abi::SINK, T::NAME, T::DOC, T::KEYS, table.cast())
}
