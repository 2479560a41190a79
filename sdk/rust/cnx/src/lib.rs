// SPDX-License-Identifier: Apache-2.0
//! Plugins of connect-host in Rust: sources, transforms and sinks of records.
//!
//! ```ignore
//! cnx::plugin!("my-plugin", "0.1.0", cnx::source::<MySource>(), cnx::sink::<MySink>());
//! ```
//!
//! One thread owns an instance and makes all calls; what comes from another one, a cancel, shows as `Host::cancelled()`. A
//! panic ends at the border as a fatal error. Rows (typed columns) are read and made through [`abi`].

pub mod abi;
mod batch;
mod border;
mod config;
mod error;
mod host;

pub use batch::{Batch, NewRecord, Output, Record, RecordBatch, Rejects};
pub use border::{sink, source, transform};
pub use config::{Config, Key};
pub use error::{Error, Result};
pub use host::{Host, Level};

/// What an earlier run left.
#[derive(Clone, Debug, Default)]
pub struct Start {
    pub positions: Vec<KnownPosition>,
    pub ranges: Vec<KnownRange>,
    /// A range that is done is wanted once more.
    pub again: bool,
}

#[derive(Clone, Debug, Default)]
pub struct KnownPosition {
    pub key: String,
    pub value: Option<String>,
    /// "": of no range.
    pub range_id: String,
}

#[derive(Clone, Debug, Default)]
pub struct KnownRange {
    pub id: String,
    /// 0 new, 1 fetching, 2 fetched, 3 done.
    pub state: u32,
    pub updated_ms: i64,
}

/// What a source is going to do. `range_id`: None polls for ever; equal ids are the same work.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub range_id: Option<String>,
    pub title: String,
}

/// Something → records. See `cnx/abi/source.h`.
pub trait Source: Sized {
    const NAME: &'static str;
    const DOC: &'static str;
    const KEYS: &'static [Key];
    fn create(host: Host, config: &Config) -> Result<Self>;
    fn start(&mut self, from: &Start) -> Result<Plan>;
    /// Records and the position that goes with them, waiting until `deadline_ns` (monotonic) at the latest. False: the range is
    /// complete. After an error what was put into `out` is dropped, so it has to come again.
    fn poll(&mut self, deadline_ns: i64, out: &mut RecordBatch) -> Result<bool>;
    /// The last polled batch is committed.
    fn acked(&mut self) {}
    fn stop(&mut self) {}
}

/// Records → records. See `cnx/abi/transform.h`: every record ends as output, filtered by a named rule, or rejected.
pub trait Transform: Sized {
    const NAME: &'static str;
    const DOC: &'static str;
    const KEYS: &'static [Key];
    fn create(host: Host, config: &Config) -> Result<Self>;
    fn apply(&mut self, batch: Batch<'_>, out: &mut Output<'_>) -> Result<()>;
}

/// Records → somewhere. See `cnx/abi/sink.h`.
pub trait Sink: Sized {
    const NAME: &'static str;
    const DOC: &'static str;
    const KEYS: &'static [Key];
    fn create(host: Host, config: &Config) -> Result<Self>;
    /// Connects. May be called again after an error, and after stop.
    fn start(&mut self) -> Result<()>;
    /// Writes the chosen records, ascending indices, in order. Repeatable: parts of a batch may come again.
    fn write(&mut self, batch: Batch<'_>, chosen: &[u32], rejects: &mut Rejects<'_>) -> Result<()>;
    /// Makes everything written durable.
    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
    fn stop(&mut self) {}
}

/// Defines the one exported symbol. Once in a plugin.
#[macro_export]
macro_rules! plugin {
    ($name:expr, $version:expr, $($component:expr),+ $(,)?) => {
        static CNX_COMPONENTS: &[$crate::abi::Component] = &[$($component),+];

        /// The plugin's table.
        #[no_mangle]
        #[allow(non_upper_case_globals)]
        pub static cnx_plugin_v1: $crate::abi::Plugin = $crate::abi::Plugin {
            struct_size: std::mem::size_of::<$crate::abi::Plugin>() as u32,
            magic: $crate::abi::MAGIC,
            abi_min: $crate::abi::ABI_1_0,
            abi_max: $crate::abi::ABI_MAX,
            name: $crate::abi::Str::of($name),
            version: $crate::abi::Str::of($version),
            component_stride: std::mem::size_of::<$crate::abi::Component>() as u32,
            component_count: CNX_COMPONENTS.len() as u32,
            components: CNX_COMPONENTS.as_ptr(),
        };
    };
}
