// SPDX-License-Identifier: Apache-2.0
use crate::{json, with_value};
use cnx::{Batch, Config, Error, Host, Key, Output, RecordBatch, Result, Transform};

/// A text → an object with one field.
pub struct HoistField {
    field: String,
}

impl HoistField {
    fn wrap(&self, value: Option<&[u8]>) -> std::result::Result<Vec<u8>, &'static str> {
        let text = match value {
            Some(bytes) => json::quoted(std::str::from_utf8(bytes).map_err(|_| "is not UTF-8, so that it cannot be a text of JSON")?),
            None => "null".to_string(),
        };
        Ok(format!("{{{}:{}}}", json::quoted(&self.field), text).into_bytes())
    }
}

impl Transform for HoistField {
    const NAME: &'static str = "HoistField";
    const DOC: &'static str = "Makes a JSON object of each value, whatever text it is: {\"FIELD\":\"the text\"}.";
    const KEYS: &'static [Key] = &[Key::string("field", "Name of the object's only field.").required()];

    fn create(_host: Host, config: &Config) -> Result<Self> {
        let field = config.text("field").to_string();
        if !json::is_field_name(&field) {
            return Err(Error::config("field: a name has letters, digits, '_', '-' and '.'"));
        }
        Ok(HoistField { field })
    }

    fn apply(&mut self, batch: Batch<'_>, out: &mut Output<'_>) -> Result<()> {
        let mut made = RecordBatch::default();
        for i in 0..batch.len() {
            let (record, origin) = (batch.record(i), batch.origin(i));
            match self.wrap(record.value()) {
                Ok(value) => made.add(with_value(&record, origin, Some(value))),
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

    fn make(field: &str) -> Result<HoistField> {
        HoistField::create(Host::absent(), &Config::of(HoistField::KEYS, &[("field", field)]))
    }

    #[test]
    fn wraps_texts_and_nulls() {
        let line = make("line").unwrap();
        assert_eq!(line.wrap(Some(b"a \"b\"")).unwrap(), br#"{"line":"a \"b\""}"#);
        assert_eq!(line.wrap(None).unwrap(), br#"{"line":null}"#);
    }

    #[test]
    fn refuses_bytes_that_are_no_text_and_names_that_are_none() {
        assert!(make("line").unwrap().wrap(Some(b"\xff")).unwrap_err().contains("UTF-8"));
        assert!(make("a\"b").err().unwrap().message().starts_with("field: "));
    }
}
