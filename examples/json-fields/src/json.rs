// SPDX-License-Identifier: Apache-2.0

/// `text` as a JSON string, with its quotes.
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Letters, digits, `_`, `-` and `.`: what needs no escape, and cannot mend a value that is broken.
pub fn is_field_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c))
}

/// The inside of an object, without the blanks around it; None: the value is no object. What is inside is not looked at.
pub fn inside_of_object(value: &[u8]) -> Option<&[u8]> {
    trimmed(value).strip_prefix(b"{")?.strip_suffix(b"}").map(trimmed)
}

fn trimmed(mut bytes: &[u8]) -> &[u8] {
    const BLANKS: &[u8] = b" \t\r\n";
    while let [first, rest @ ..] = bytes {
        if !BLANKS.contains(first) {
            break;
        }
        bytes = rest;
    }
    while let [rest @ .., last] = bytes {
        if !BLANKS.contains(last) {
            break;
        }
        bytes = rest;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_what_json_cannot_hold_as_it_is() {
        assert_eq!(quoted("ä\"\\\n\u{1}"), "\"ä\\\"\\\\\\n\\u0001\"");
    }

    #[test]
    fn looks_between_the_braces_alone() {
        assert_eq!(inside_of_object(b" {\"a\": 1 }\n"), Some(&b"\"a\": 1"[..]));
        assert_eq!(inside_of_object(b"{ }"), Some(&b""[..]));
        assert_eq!(inside_of_object(b"[1]"), None);
        assert_eq!(inside_of_object(b"{"), None);
        assert_eq!(inside_of_object(b""), None);
    }
}
