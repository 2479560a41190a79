// SPDX-License-Identifier: Apache-2.0
//! The tables of `cnx/abi/*.h`, member by member. What they mean stands there.
#![allow(missing_docs)]

use std::ffi::c_void;
use std::os::raw::c_char;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Str {
    pub data: *const u8,
    pub size: u64,
}

impl Str {
    pub const ABSENT: Str = Str { data: std::ptr::null(), size: 0 };

    pub const fn of(text: &str) -> Str {
        Str { data: text.as_ptr(), size: text.len() as u64 }
    }

    pub const fn of_bytes(bytes: &[u8]) -> Str {
        Str { data: bytes.as_ptr(), size: bytes.len() as u64 }
    }

    /// # Safety
    /// The bytes have to live as long as `'a`.
    pub unsafe fn bytes<'a>(self) -> Option<&'a [u8]> {
        if self.data.is_null() {
            None
        } else {
            Some(std::slice::from_raw_parts(self.data, self.size as usize))
        }
    }

    /// # Safety
    /// As `bytes`.
    pub unsafe fn text(self) -> String {
        String::from_utf8_lossy(self.bytes().unwrap_or(b"")).into_owned()
    }
}

pub type Status = i32;
pub const OK: Status = 0;
pub const RETRY: Status = 1;
pub const RECORD: Status = 2;
pub const AUTH: Status = 3;
pub const CONFIG: Status = 4;
pub const FATAL: Status = 5;
pub const CANCELLED: Status = 7;
pub const END: Status = 8;

pub const RECORDS: u32 = 1;
pub const ABI_1_0: u32 = 1000;
pub const ABI_MAX: u32 = 1999;
pub const MAGIC: u32 = 0x3158_4e43;
pub const SOURCE: u32 = 1;
pub const TRANSFORM: u32 = 2;
pub const SINK: u32 = 3;

#[repr(C)]
pub struct Error {
    pub struct_size: u32,
    pub action: Status,
    pub retry_after_ms: i64,
    pub native_code: i64,
    pub ctx: *mut c_void,
    pub set_message: unsafe extern "C" fn(*mut c_void, Str),
}

#[repr(C)]
pub struct Header {
    pub name: Str,
    pub value: Str,
}

#[repr(C)]
pub struct Record {
    pub topic: Str,
    pub partition: i32,
    pub header_count: i32,
    pub offset: i64,
    pub timestamp_ms: i64,
    pub key: Str,
    pub value: Str,
    pub headers: *const Header,
}

#[repr(C)]
pub struct Batch {
    pub struct_size: u32,
    pub kind: u32,
    pub count: u64,
    pub origin: *const u32,
    pub record_stride: u32,
    pub reserved: u32,
    pub records: *const Record,
    pub target: Str,
    pub column_stride: u32,
    pub column_count: u32,
    pub columns: *const c_void,
    pub ops: *const u8,
    pub owner: *mut c_void,
    pub release: unsafe extern "C" fn(*mut Batch),
}

#[repr(C)]
pub struct Output {
    pub struct_size: u32,
    pub ctx: *mut c_void,
    pub emit: unsafe extern "C" fn(*mut c_void, *mut Batch),
    pub reject: unsafe extern "C" fn(*mut c_void, u32, Str, Str, Str, i64),
    pub filter: unsafe extern "C" fn(*mut c_void, u32, Str, Str),
}

#[repr(C)]
pub struct Rejects {
    pub struct_size: u32,
    pub ctx: *mut c_void,
    pub reject: unsafe extern "C" fn(*mut c_void, u32, Str, Str, i64),
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Key {
    pub struct_size: u32,
    pub kind: u32,
    pub flags: u32,
    pub reserved: u32,
    pub name: Str,
    pub default_value: Str,
    pub unit: Str,
    pub min_value: i64,
    pub max_value: i64,
    pub one_of: Str,
    pub doc: Str,
    pub since: Str,
    pub flag: Str,
}

#[repr(C)]
pub struct ConfigValue {
    pub name: Str,
    pub value: Str,
}

#[repr(C)]
pub struct Config {
    pub struct_size: u32,
    pub value_stride: u32,
    pub value_count: u64,
    pub values: *const ConfigValue,
}

#[repr(C)]
pub struct Host {
    pub struct_size: u32,
    pub abi: u32,
    pub connector: Str,
    pub task: i32,
    pub task_count: i32,
    pub ctx: *mut c_void,
    pub service: unsafe extern "C" fn(*const Host, *const c_char) -> *const c_void,
}

#[repr(C)]
pub struct Log {
    pub struct_size: u32,
    pub ctx: *mut c_void,
    pub enabled: unsafe extern "C" fn(*mut c_void, i32) -> i32,
    pub write: unsafe extern "C" fn(*mut c_void, i32, Str),
}

#[repr(C)]
pub struct Clock {
    pub struct_size: u32,
    pub ctx: *mut c_void,
    pub now_us: unsafe extern "C" fn(*mut c_void) -> i64,
    pub monotonic_ns: unsafe extern "C" fn(*mut c_void) -> i64,
}

#[repr(C)]
pub struct Wait {
    pub struct_size: u32,
    pub ctx: *mut c_void,
    pub wait_ms: unsafe extern "C" fn(*mut c_void, i64) -> Status,
    pub stopping: unsafe extern "C" fn(*mut c_void) -> i32,
}

#[repr(C)]
pub struct Position {
    pub key: Str,
    pub value: Str,
    pub range_id: Str,
}

#[repr(C)]
pub struct Range {
    pub id: Str,
    pub state: u32,
    pub reserved: u32,
    pub updated_ms: i64,
}

#[repr(C)]
pub struct SourceStart {
    pub struct_size: u32,
    pub position_stride: u32,
    pub position_count: u64,
    pub positions: *const Position,
    pub range_stride: u32,
    pub again: u32,
    pub range_count: u64,
    pub ranges: *const Range,
}

#[repr(C)]
pub struct SourcePlan {
    pub struct_size: u32,
    pub bounded: u32,
    pub range_id: Str,
    pub title: Str,
}

#[repr(C)]
pub struct SourceBatch {
    pub struct_size: u32,
    pub position_stride: u32,
    pub position_count: u64,
    pub positions: *const Position,
    pub records: *mut Batch,
}

#[repr(C)]
pub struct Source {
    pub struct_size: u32,
    pub create: unsafe extern "C" fn(*const Host, *const Config, *mut *mut c_void, *mut Error) -> Status,
    pub destroy: unsafe extern "C" fn(*mut c_void),
    pub start: unsafe extern "C" fn(*mut c_void, *const SourceStart, *mut SourcePlan, *mut Error) -> Status,
    pub poll: unsafe extern "C" fn(*mut c_void, i64, *mut SourceBatch, *mut Error) -> Status,
    pub acked: unsafe extern "C" fn(*mut c_void),
    pub cancel: unsafe extern "C" fn(*mut c_void),
    pub stop: unsafe extern "C" fn(*mut c_void),
}

#[repr(C)]
pub struct Transform {
    pub struct_size: u32,
    pub input: u32,
    pub output: u32,
    pub create: unsafe extern "C" fn(*const Host, *const Config, *mut *mut c_void, *mut Error) -> Status,
    pub destroy: unsafe extern "C" fn(*mut c_void),
    pub apply: unsafe extern "C" fn(*mut c_void, *const Batch, *const Output, *mut Error) -> Status,
}

#[repr(C)]
pub struct Selection {
    pub rows: *const u32,
    pub count: u64,
}

#[repr(C)]
pub struct Sink {
    pub struct_size: u32,
    pub input: u32,
    pub create: unsafe extern "C" fn(*const Host, *const Config, *mut *mut c_void, *mut Error) -> Status,
    pub destroy: unsafe extern "C" fn(*mut c_void),
    pub start: unsafe extern "C" fn(*mut c_void, *mut Error) -> Status,
    pub prepare: unsafe extern "C" fn(*mut c_void, *const Batch, *mut Error) -> Status,
    pub write: unsafe extern "C" fn(*mut c_void, *const Batch, Selection, *const Rejects, *mut Error) -> Status,
    pub flush: unsafe extern "C" fn(*mut c_void, *mut Error) -> Status,
    pub idle: unsafe extern "C" fn(*mut c_void),
    pub cancel: unsafe extern "C" fn(*mut c_void),
    pub stop: unsafe extern "C" fn(*mut c_void),
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Component {
    pub struct_size: u32,
    pub kind: u32,
    pub name: Str,
    pub doc: Str,
    pub key_stride: u32,
    pub key_count: u32,
    pub keys: *const Key,
    pub table: *const c_void,
    pub validate: Option<unsafe extern "C" fn(*const Config, *const c_void, *mut Error) -> Status>,
    pub extension: Option<unsafe extern "C" fn(*const c_char) -> *const c_void>,
}

#[repr(C)]
pub struct Plugin {
    pub struct_size: u32,
    pub magic: u32,
    pub abi_min: u32,
    pub abi_max: u32,
    pub name: Str,
    pub version: Str,
    pub component_stride: u32,
    pub component_count: u32,
    pub components: *const Component,
}

// The tables are constants that nobody changes.
unsafe impl Sync for Plugin {}
unsafe impl Sync for Component {}
unsafe impl Sync for Key {}

/// For tests: sizes as the C compiler has them on 64-bit machines.
#[cfg(test)]
mod tests {
    use super::*;
    use std::mem::size_of;

    #[test]
    fn tables_have_the_layout_of_the_headers() {
        assert_eq!(size_of::<Str>(), 16);
        assert_eq!(size_of::<Error>(), 40);
        assert_eq!(size_of::<Record>(), 80);
        assert_eq!(size_of::<Batch>(), 96);
        assert_eq!(size_of::<Key>(), 144);
        assert_eq!(size_of::<Host>(), 48);
        assert_eq!(size_of::<SourceStart>(), 48);
        assert_eq!(size_of::<SourcePlan>(), 40);
        assert_eq!(size_of::<SourceBatch>(), 32);
        assert_eq!(size_of::<Source>(), 64);
        assert_eq!(size_of::<Transform>(), 40);
        assert_eq!(size_of::<Sink>(), 80);
        assert_eq!(size_of::<Component>(), 80);
        assert_eq!(size_of::<Plugin>(), 64);
    }
}
