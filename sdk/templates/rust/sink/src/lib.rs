//! Appends each value as a line to a file. The place to begin: replace append() and flush() by what your sink does.

use std::fs::{File, OpenOptions};
use std::io::Write;

use cnx::{Batch, Config, Error, Host, Key, Rejects, Result, Sink};

struct @Class@ {
    path: String,
    file: Option<File>,
}

impl @Class@ {
    // Says what to do next: a full disk may be emptied, so this is tried again.
    fn failed(&self, action: &str, error: std::io::Error) -> Error {
        Error::retry(format!("{}: cannot {action}: {error}", self.path)).with_code(error.raw_os_error().unwrap_or(0).into())
    }

    fn append(&mut self, lines: &[u8]) -> Result<()> {
        match &mut self.file {
            Some(file) => file.write_all(lines).map_err(|error| self.failed("write to it", error)),
            None => Err(Error::fatal("write before start")),
        }
    }
}

impl Sink for @Class@ {
    const NAME: &'static str = "@name@";
    const DOC: &'static str = "Appends values to a file, a line each.";
    const KEYS: &'static [Key] = &[Key::string("path", "The file; made when it is missing.").required()];

    fn create(_host: Host, config: &Config) -> Result<Self> {
        Ok(@Class@ { path: config.text("path").to_string(), file: None })
    }

    fn start(&mut self) -> Result<()> {
        let opened = OpenOptions::new().append(true).create(true).open(&self.path);
        self.file = Some(opened.map_err(|error| self.failed("open it", error))?);
        Ok(())
    }

    // Repeatable: the host may write parts of a batch again to find a bad record.
    fn write(&mut self, batch: Batch<'_>, chosen: &[u32], rejects: &mut Rejects<'_>) -> Result<()> {
        let mut lines = Vec::new();
        let mut bad = 0;
        for &index in chosen {
            match batch.record(index as usize).value() {
                Some(value) => {
                    lines.extend_from_slice(value);
                    lines.push(b'\n');
                }
                None => {
                    rejects.reject(index, "the record has no value");
                    bad += 1;
                }
            }
        }
        if bad > 0 {
            return Err(Error::record(format!("{}: {bad} records have no value", self.path)));
        }
        self.append(&lines)
    }

    // Only now may Kafka's offset move.
    fn flush(&mut self) -> Result<()> {
        match &self.file {
            Some(file) => file.sync_all().map_err(|error| self.failed("make it durable", error)),
            None => Ok(()),
        }
    }

    fn stop(&mut self) {
        self.file = None;
    }
}

cnx::plugin!("@name@", "0.1.0", cnx::sink::<@Class@>());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn appends_lines_to_its_file() {
        let path = std::env::temp_dir().join(format!("@name@-{}", std::process::id()));
        let mut sink = @Class@::create(Host::absent(), &Config::of(@Class@::KEYS, &[("path", path.to_str().unwrap())])).unwrap();
        sink.start().unwrap();
        sink.append(b"a\nb\n").unwrap();
        sink.flush().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"a\nb\n");
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_file_that_cannot_be_opened_is_tried_again_and_named() {
        let mut sink = @Class@::create(Host::absent(), &Config::of(@Class@::KEYS, &[("path", "/nowhere/at/all")])).unwrap();
        assert!(sink.start().unwrap_err().message().starts_with("/nowhere/at/all: cannot open it"));
    }
}
