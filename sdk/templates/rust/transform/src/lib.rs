//! Puts a prefix before each value. The place to begin: replace change() and apply() by what your transform does.

use cnx::{Batch, Config, Host, Key, NewRecord, Output, RecordBatch, Result, Transform};

struct @Class@ {
    prefix: Vec<u8>,
    max_bytes: usize,
}

impl @Class@ {
    fn change(&self, value: &[u8]) -> std::result::Result<Vec<u8>, String> {
        if value.len() > self.max_bytes {
            return Err(format!("the value has {} bytes, max.bytes is {}", value.len(), self.max_bytes));
        }
        Ok([&self.prefix, value].concat())
    }
}

impl Transform for @Class@ {
    const NAME: &'static str = "@name@";
    const DOC: &'static str = "Puts a prefix before each value.";
    const KEYS: &'static [Key] = &[
        Key::string("prefix", "What is put before each value.").with_default("> "),
        Key::integer("max.bytes", "A record with a longer value is dead.").with_default("1000000").with_unit("bytes").range(1, 1 << 30),
    ];

    fn create(_host: Host, config: &Config) -> Result<Self> {
        Ok(@Class@ { prefix: config.text("prefix").as_bytes().to_vec(), max_bytes: config.integer("max.bytes") as usize })
    }

    // Every record ends as output, filtered by a named rule, or rejected with a reason: the host counts.
    fn apply(&mut self, batch: Batch<'_>, out: &mut Output<'_>) -> Result<()> {
        let mut made = RecordBatch::default();
        for i in 0..batch.len() {
            let (record, origin) = (batch.record(i), batch.origin(i));
            let value = match record.value() {
                Some(value) => value,
                None => {
                    out.filter(origin, "tombstone", "$");
                    continue;
                }
            };
            match self.change(value) {
                Ok(value) => made.add(NewRecord {
                    topic: record.topic(),
                    key: record.key().map(<[u8]>::to_vec),
                    value: Some(value),
                    timestamp_ms: record.timestamp_ms(),
                    origin,
                    ..NewRecord::default()
                }),
                Err(why) => out.reject(origin, "$", &why),
            }
        }
        out.emit(made);
        Ok(())
    }
}

cnx::plugin!("@name@", "0.1.0", cnx::transform::<@Class@>());

#[cfg(test)]
mod tests {
    use super::*;

    fn make() -> @Class@ {
        @Class@::create(Host::absent(), &Config::of(@Class@::KEYS, &[("max.bytes", "3")])).unwrap()
    }

    #[test]
    fn puts_the_prefix_before_a_value() {
        assert_eq!(make().change(b"a").unwrap(), b"> a");
    }

    #[test]
    fn says_why_a_value_is_refused() {
        assert!(make().change(b"long").unwrap_err().contains("max.bytes is 3"));
    }
}
