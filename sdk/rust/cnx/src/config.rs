// SPDX-License-Identifier: Apache-2.0
use crate::abi;

/// One key of a component's config table, made at compile time:
/// `const KEYS: &'static [Key] = &[Key::integer("count", "How many.").with_default("10").range(1, 100)];`
#[repr(transparent)]
#[derive(Clone, Copy)]
pub struct Key(pub(crate) abi::Key);

const REQUIRED: u32 = 1;
const SECRET: u32 = 2;
const HAS_RANGE: u32 = 4;

impl Key {
    const fn new(kind: u32, name: &'static str, doc: &'static str) -> Key {
        Key(abi::Key {
            struct_size: std::mem::size_of::<abi::Key>() as u32,
            kind,
            flags: 0,
            reserved: 0,
            name: abi::Str::of(name),
            default_value: abi::Str::ABSENT,
            unit: abi::Str::ABSENT,
            min_value: 0,
            max_value: 0,
            one_of: abi::Str::ABSENT,
            doc: abi::Str::of(doc),
            since: abi::Str::of("0.1.0"),
            flag: abi::Str::ABSENT,
        })
    }
    pub const fn string(name: &'static str, doc: &'static str) -> Key {
        Key::new(1, name, doc)
    }
    pub const fn integer(name: &'static str, doc: &'static str) -> Key {
        Key::new(2, name, doc)
    }
    pub const fn boolean(name: &'static str, doc: &'static str) -> Key {
        Key::new(3, name, doc)
    }
    pub const fn list(name: &'static str, doc: &'static str) -> Key {
        Key::new(4, name, doc)
    }
    pub const fn required(mut self) -> Key {
        self.0.flags |= REQUIRED;
        self
    }
    /// Never shown by the host: in no log, error, answer or dead letter.
    pub const fn secret(mut self) -> Key {
        self.0.flags |= SECRET;
        self
    }
    pub const fn with_default(mut self, value: &'static str) -> Key {
        self.0.default_value = abi::Str::of(value);
        self
    }
    pub const fn with_unit(mut self, unit: &'static str) -> Key {
        self.0.unit = abi::Str::of(unit);
        self
    }
    pub const fn range(mut self, low: i64, high: i64) -> Key {
        self.0.flags |= HAS_RANGE;
        self.0.min_value = low;
        self.0.max_value = high;
        self
    }
    /// Comma-separated allowed values.
    pub const fn allow(mut self, values: &'static str) -> Key {
        self.0.one_of = abi::Str::of(values);
        self
    }
    /// `-H,--hours` or `--hours`.
    pub const fn with_flag(mut self, flag: &'static str) -> Key {
        self.0.flag = abi::Str::of(flag);
        self
    }
}

/// The values of one component, validated by the host against its table. A copy.
#[derive(Clone, Debug, Default)]
pub struct Config {
    values: Vec<(String, String)>,
}

impl Config {
    /// For tests: what is set, and the defaults of the table.
    pub fn of(keys: &[Key], set: &[(&str, &str)]) -> Config {
        let mut values: Vec<(String, String)> = set.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
        for key in keys {
            let name = unsafe { key.0.name.text() };
            let default = unsafe { key.0.default_value.bytes() };
            if let (Some(default), false) = (default, values.iter().any(|(k, _)| *k == name)) {
                values.push((name, String::from_utf8_lossy(default).into_owned()));
            }
        }
        Config { values }
    }

    pub(crate) unsafe fn copy(raw: &abi::Config) -> Config {
        let mut values = Vec::with_capacity(raw.value_count as usize);
        for i in 0..raw.value_count as usize {
            let value = &*raw.values.cast::<u8>().add(i * raw.value_stride as usize).cast::<abi::ConfigValue>();
            values.push((value.name.text(), value.value.text()));
        }
        Config { values }
    }

    /// The value of a key that is set or has a default.
    pub fn find(&self, name: &str) -> Option<&str> {
        self.values.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
    /// "" when it is absent: for keys that are required or have a default.
    pub fn text(&self, name: &str) -> &str {
        self.find(name).unwrap_or("")
    }
    /// 0 when it is absent: for keys that are required or have a default.
    pub fn integer(&self, name: &str) -> i64 {
        self.text(name).parse().unwrap_or(0)
    }
    pub fn boolean(&self, name: &str) -> bool {
        self.find(name) == Some("true")
    }
    pub fn list(&self, name: &str) -> Vec<&str> {
        self.text(name).split(',').filter(|item| !item.is_empty()).collect()
    }
}
