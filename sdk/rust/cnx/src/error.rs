// SPDX-License-Identifier: Apache-2.0
use crate::abi;

/// What the host shall do next, and why. A message names the object, the action and the cause; secrets never.
#[derive(Clone, Debug)]
pub struct Error {
    pub(crate) action: abi::Status,
    pub(crate) retry_after_ms: i64,
    pub(crate) native_code: i64,
    pub(crate) message: String,
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    fn new(action: abi::Status, message: impl Into<String>) -> Error {
        Error { action, retry_after_ms: 0, native_code: 0, message: message.into() }
    }
    /// A passing fault: the same again, after the host's backoff.
    pub fn retry(message: impl Into<String>) -> Error {
        Error::new(abi::RETRY, message)
    }
    /// One or more records are bad, the others are fine.
    pub fn record(message: impl Into<String>) -> Error {
        Error::new(abi::RECORD, message)
    }
    /// Credentials were refused: a person has to act.
    pub fn auth(message: impl Into<String>) -> Error {
        Error::new(abi::AUTH, message)
    }
    /// The configuration cannot work: a person has to act.
    pub fn config(message: impl Into<String>) -> Error {
        Error::new(abi::CONFIG, message)
    }
    /// Anything else that trying again cannot mend.
    pub fn fatal(message: impl Into<String>) -> Error {
        Error::new(abi::FATAL, message)
    }
    /// cancel() or a stop ended the call early; nothing is wrong.
    pub fn cancelled() -> Error {
        Error::new(abi::CANCELLED, "cancelled")
    }
    /// For `retry`: the least wait.
    pub fn after_ms(mut self, milliseconds: i64) -> Error {
        self.retry_after_ms = milliseconds;
        self
    }
    /// errno, an HTTP status, a database's number.
    pub fn with_code(mut self, code: i64) -> Error {
        self.native_code = code;
        self
    }
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
