// SPDX-License-Identifier: Apache-2.0
use crate::{json, with_value};
use cnx::{Batch, Config, Error, Host, Key, Output, Record, RecordBatch, Result, Transform};

/// An object → the same with fields that tell where it is from.
pub struct InsertField {
    topic: Option<String>,
    partition: Option<String>,
    offset: Option<String>,
    timestamp: Option<String>,
    /// Name and quoted value.
    fixed: Option<(String, String)>,
}

impl InsertField {
    fn fields_of(&self, record: &Record<'_>) -> std::result::Result<Vec<String>, &'static str> {
        let mut fields = Vec::new();
        let mut add = |name: &Option<String>, value: String| {
            if let Some(name) = name {
                fields.push(format!("{}:{}", json::quoted(name), value));
            }
        };
        // A source's record, or one that a transform made, may have none.
        if (self.offset.is_some() && record.offset() < 0) || (self.partition.is_some() && record.partition() < 0) {
            return Err("has no offset or partition: put InsertField before the transform that makes other records");
        }
        add(&self.topic, json::quoted(&record.topic()));
        add(&self.partition, record.partition().to_string());
        add(&self.offset, record.offset().to_string());
        add(&self.timestamp, if record.timestamp_ms() < 0 { "null".to_string() } else { record.timestamp_ms().to_string() });
        if let Some((name, value)) = &self.fixed {
            fields.push(format!("{}:{}", json::quoted(name), value));
        }
        Ok(fields)
    }

    fn insert(&self, value: &[u8], fields: &[String]) -> std::result::Result<Vec<u8>, &'static str> {
        let inside = json::inside_of_object(value).ok_or("is no JSON object")?;
        let comma: &[u8] = if inside.is_empty() { b"" } else { b"," };
        Ok([b"{", inside, comma, fields.join(",").as_bytes(), b"}"].concat())
    }

    fn change(&self, record: &Record<'_>) -> std::result::Result<Option<Vec<u8>>, &'static str> {
        match record.value() {
            Some(value) => self.insert(value, &self.fields_of(record)?).map(Some),
            None => Ok(None),
        }
    }
}

impl Transform for InsertField {
    const NAME: &'static str = "InsertField";
    const DOC: &'static str = "Adds fields to values that are JSON objects: where the record is from, or a constant. A null value stays null.";
    const KEYS: &'static [Key] = &[
        Key::string("topic.field", "Field for the topic's name."),
        Key::string("partition.field", "Field for the partition."),
        Key::string("offset.field", "Field for the offset."),
        Key::string("timestamp.field", "Field for the record's timestamp, in milliseconds since 1970."),
        Key::string("static.field", "Field for static.value."),
        Key::string("static.value", "The text of static.field."),
    ];

    fn create(_host: Host, config: &Config) -> Result<Self> {
        let field = |key: &str| match config.find(key) {
            Some(name) if !json::is_field_name(name) => Err(Error::config(format!("{key}: a name has letters, digits, '_', '-' and '.'"))),
            name => Ok(name.map(str::to_string)),
        };
        let fixed = match (field("static.field")?, config.find("static.value")) {
            (Some(name), Some(value)) => Some((name, json::quoted(value))),
            (None, None) => None,
            _ => return Err(Error::config("static.field and static.value: one of them is not set")),
        };
        let made = InsertField {
            topic: field("topic.field")?,
            partition: field("partition.field")?,
            offset: field("offset.field")?,
            timestamp: field("timestamp.field")?,
            fixed,
        };
        let names: Vec<&String> =
            [&made.topic, &made.partition, &made.offset, &made.timestamp].into_iter().flatten().chain(made.fixed.iter().map(|(name, _)| name)).collect();
        if names.is_empty() {
            return Err(Error::config("topic.field: no key names a field, so that nothing would change"));
        }
        if let Some(twice) = names.iter().enumerate().find(|(i, name)| names[..*i].contains(name)) {
            return Err(Error::config(format!("topic.field and the others: two of them name the field '{}'", twice.1)));
        }
        Ok(made)
    }

    fn apply(&mut self, batch: Batch<'_>, out: &mut Output<'_>) -> Result<()> {
        let mut made = RecordBatch::default();
        for i in 0..batch.len() {
            let (record, origin) = (batch.record(i), batch.origin(i));
            match self.change(&record) {
                Ok(value) => made.add(with_value(&record, origin, value)),
                Err(why) => out.reject(origin, "$", why),
            }
        }
        out.emit(made);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn make(set: &[(&str, &str)]) -> Result<InsertField> {
        InsertField::create(Host::absent(), &Config::of(InsertField::KEYS, set))
    }
    fn refusal(set: &[(&str, &str)]) -> String {
        make(set).err().unwrap().message().to_string()
    }

    #[test]
    fn adds_to_objects_and_leaves_their_bytes_as_they_are() {
        let fields = [r#""a":1"#.to_string(), r#""b":"x""#.to_string()];
        let made = make(&[("topic.field", "t")]).unwrap();
        assert_eq!(made.insert(br#" {"n": 1.10, "s":"}"} "#, &fields).unwrap(), br#"{"n": 1.10, "s":"}","a":1,"b":"x"}"#);
        assert_eq!(made.insert(b"{}", &fields).unwrap(), br#"{"a":1,"b":"x"}"#);
        assert_eq!(made.insert(b"[]", &fields).unwrap_err(), "is no JSON object");
    }

    #[test]
    fn refuses_names_and_keys_that_do_not_go_together() {
        assert!(refusal(&[]).contains("nothing would change"));
        assert!(refusal(&[("static.field", "a")]).contains("one of them is not set"));
        assert!(refusal(&[("topic.field", "a"), ("offset.field", "a")]).contains("name the field 'a'"));
        assert!(refusal(&[("offset.field", ":")]).starts_with("offset.field: "));
    }
}
