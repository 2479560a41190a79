// SPDX-License-Identifier: Apache-2.0
//! Transforms of records that put fields into JSON, with Kafka Connect's names and keys. Nothing of a value is parsed: what is
//! there stays byte by byte.

mod hoist_field;
mod insert_field;
mod json;

use cnx::{NewRecord, Record};

cnx::plugin!(
    "json-fields",
    "0.1.0",
    cnx::transform::<hoist_field::HoistField>(),
    cnx::transform::<insert_field::InsertField>(),
);

/// `record` with another value.
fn with_value(record: &Record<'_>, origin: u32, value: Option<Vec<u8>>) -> NewRecord {
    NewRecord {
        topic: record.topic(),
        partition: record.partition(),
        offset: record.offset(),
        timestamp_ms: record.timestamp_ms(),
        key: record.key().map(<[u8]>::to_vec),
        headers: record.headers().map(|(name, value)| (name, value.map(<[u8]>::to_vec))).collect(),
        value,
        origin,
    }
}
