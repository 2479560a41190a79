// SPDX-License-Identifier: Apache-2.0
use std::ffi::c_void;

use crate::abi;

/// A record as it came; borrowed from the batch.
#[derive(Clone, Copy)]
pub struct Record<'a> {
    raw: &'a abi::Record,
}

impl<'a> Record<'a> {
    pub fn topic(&self) -> String {
        unsafe { self.raw.topic.text() }
    }
    pub fn partition(&self) -> i32 {
        self.raw.partition
    }
    pub fn offset(&self) -> i64 {
        self.raw.offset
    }
    pub fn timestamp_ms(&self) -> i64 {
        self.raw.timestamp_ms
    }
    pub fn key(&self) -> Option<&'a [u8]> {
        unsafe { self.raw.key.bytes() }
    }
    /// None: a tombstone.
    pub fn value(&self) -> Option<&'a [u8]> {
        unsafe { self.raw.value.bytes() }
    }
    pub fn headers(&self) -> impl Iterator<Item = (String, Option<&'a [u8]>)> + 'a {
        let raw = self.raw;
        (0..raw.header_count.max(0) as usize).map(move |i| unsafe {
            let header = &*raw.headers.add(i);
            (header.name.text(), header.value.bytes())
        })
    }
}

/// Records to read.
#[derive(Clone, Copy)]
pub struct Batch<'a> {
    raw: &'a abi::Batch,
}

impl<'a> Batch<'a> {
    pub(crate) fn new(raw: &'a abi::Batch) -> Batch<'a> {
        Batch { raw }
    }
    pub fn len(&self) -> usize {
        self.raw.count as usize
    }
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    pub fn record(&self, index: usize) -> Record<'a> {
        assert!(index < self.len(), "record {index} of {}", self.len());
        Record { raw: unsafe { &*self.raw.records.cast::<u8>().add(index * self.raw.record_stride as usize).cast() } }
    }
    /// What ties a record to the one that was read from Kafka: copy it to what is made of it.
    pub fn origin(&self, index: usize) -> u32 {
        assert!(index < self.len(), "record {index} of {}", self.len());
        unsafe { *self.raw.origin.add(index) }
    }
}

/// A record to be sent, or one that a transform has made.
#[derive(Clone, Debug)]
pub struct NewRecord {
    pub topic: String,
    pub key: Option<Vec<u8>>,
    pub value: Option<Vec<u8>>,
    pub headers: Vec<(String, Option<Vec<u8>>)>,
    /// -1: none.
    pub timestamp_ms: i64,
    /// -1: by key.
    pub partition: i32,
    /// Transforms only: that of the record it is made of, for the transforms behind; -1: none.
    pub offset: i64,
    /// Transforms only.
    pub origin: u32,
}

impl Default for NewRecord {
    fn default() -> NewRecord {
        NewRecord { topic: String::new(), key: None, value: None, headers: Vec::new(), timestamp_ms: -1, partition: -1, offset: -1, origin: 0 }
    }
}

/// Records and positions under construction.
#[derive(Default)]
pub struct RecordBatch {
    pub(crate) records: Vec<NewRecord>,
    pub(crate) positions: Vec<(String, Option<String>)>,
}

impl RecordBatch {
    pub fn add(&mut self, record: NewRecord) {
        self.records.push(record);
    }
    /// The position that holds once these records are committed; None removes the key.
    pub fn set_position(&mut self, key: &str, value: Option<String>) {
        self.positions.push((key.to_string(), value));
    }
    pub fn records(&self) -> &[NewRecord] {
        &self.records
    }
    pub fn positions(&self) -> &[(String, Option<String>)] {
        &self.positions
    }
    pub fn is_empty(&self) -> bool {
        self.records.is_empty() && self.positions.is_empty()
    }
}

/// A finished batch with the tables that point into it. Lives until the host releases it.
pub(crate) struct Sealed {
    source: RecordBatch,
    headers: Vec<Vec<abi::Header>>,
    records: Vec<abi::Record>,
    origin: Vec<u32>,
    pub(crate) positions: Vec<abi::Position>,
    pub(crate) batch: abi::Batch,
}

fn optional(bytes: &Option<Vec<u8>>) -> abi::Str {
    bytes.as_deref().map_or(abi::Str::ABSENT, abi::Str::of_bytes)
}

unsafe extern "C" fn release(batch: *mut abi::Batch) {
    drop(Box::from_raw((*batch).owner.cast::<Sealed>()));
}

impl Sealed {
    /// Gives the batch away; `release` takes it back.
    pub(crate) fn seal(source: RecordBatch) -> *mut Sealed {
        let sealed = Box::into_raw(Box::new(Sealed {
            source,
            headers: Vec::new(),
            records: Vec::new(),
            origin: Vec::new(),
            positions: Vec::new(),
            batch: abi::Batch {
                struct_size: std::mem::size_of::<abi::Batch>() as u32,
                kind: abi::RECORDS,
                count: 0,
                origin: std::ptr::null(),
                record_stride: std::mem::size_of::<abi::Record>() as u32,
                reserved: 0,
                records: std::ptr::null(),
                target: abi::Str::ABSENT,
                column_stride: 0,
                column_count: 0,
                columns: std::ptr::null(),
                ops: std::ptr::null(),
                owner: std::ptr::null_mut::<c_void>(),
                release,
            },
        }));
        // Pointers are taken only now: nothing moves any more.
        unsafe { (*sealed).fill(sealed) };
        sealed
    }

    fn fill(&mut self, me: *mut Sealed) {
        for record in &self.source.records {
            self.headers.push(
                record.headers.iter().map(|(name, value)| abi::Header { name: abi::Str::of(name), value: optional(value) }).collect(),
            );
        }
        for (record, headers) in self.source.records.iter().zip(&self.headers) {
            self.records.push(abi::Record {
                topic: abi::Str::of(&record.topic),
                partition: record.partition,
                header_count: headers.len() as i32,
                offset: record.offset,
                timestamp_ms: record.timestamp_ms,
                key: optional(&record.key),
                value: optional(&record.value),
                headers: headers.as_ptr(),
            });
            self.origin.push(record.origin);
        }
        for (key, value) in &self.source.positions {
            self.positions.push(abi::Position {
                key: abi::Str::of(key),
                value: value.as_deref().map_or(abi::Str::ABSENT, abi::Str::of),
                range_id: abi::Str::ABSENT,
            });
        }
        self.batch.count = self.records.len() as u64;
        self.batch.origin = self.origin.as_ptr();
        self.batch.records = self.records.as_ptr();
        self.batch.owner = me.cast();
    }
}

/// Where a transform puts its results.
pub struct Output<'a> {
    pub(crate) raw: &'a abi::Output,
}

impl Output<'_> {
    /// Hands records over. May be called several times.
    pub fn emit(&mut self, records: RecordBatch) {
        if !records.records.is_empty() {
            unsafe { (self.raw.emit)(self.raw.ctx, std::ptr::addr_of_mut!((*Sealed::seal(records)).batch)) }
        }
    }
    /// The record of that origin is dead; nothing of it will be written. No personal values in the message.
    pub fn reject(&mut self, origin: u32, path: &str, message: &str) {
        unsafe { (self.raw.reject)(self.raw.ctx, origin, abi::Str::of(path), abi::Str::ABSENT, abi::Str::of(message), 0) }
    }
    /// A part of the record gives nothing, by the named rule.
    pub fn filter(&mut self, origin: u32, rule: &str, path: &str) {
        unsafe { (self.raw.filter)(self.raw.ctx, origin, abi::Str::of(rule), abi::Str::of(path)) }
    }
}

/// Where a sink names the bad records of a write.
pub struct Rejects<'a> {
    pub(crate) raw: &'a abi::Rejects,
}

impl Rejects<'_> {
    pub fn reject(&mut self, record: u32, message: &str) {
        unsafe { (self.raw.reject)(self.raw.ctx, record, abi::Str::ABSENT, abi::Str::of(message), 0) }
    }
}
