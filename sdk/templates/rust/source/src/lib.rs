//! The numbers from 0 to count - 1 as records. The place to begin: replace poll() by what your source reads.

use cnx::{Config, Error, Host, Key, NewRecord, Plan, RecordBatch, Result, Source, Start};

const BATCH: i64 = 100;

struct @Class@ {
    host: Host,
    topic: String,
    count: i64,
    next: i64,
}

impl @Class@ {
    fn range(&self) -> String {
        format!("count:{}", self.count)
    }
}

impl Source for @Class@ {
    const NAME: &'static str = "@name@";
    const DOC: &'static str = "Sends numbers.";
    const KEYS: &'static [Key] = &[
        Key::string("topic", "Where the records go.").required(),
        Key::integer("count", "How many numbers there are; then the source is done.").with_default("10").with_unit("records").range(1, 1_000_000_000),
    ];

    fn create(host: Host, config: &Config) -> Result<Self> {
        Ok(@Class@ { host, topic: config.text("topic").to_string(), count: config.integer("count"), next: 0 })
    }

    // A range with a name: after a crash the same command goes on where this one was, and a range that is done is not read again.
    fn start(&mut self, from: &Start) -> Result<Plan> {
        let range = self.range();
        for position in from.positions.iter().filter(|p| p.key == "next" && p.range_id == range) {
            let text = position.value.as_deref().unwrap_or("0");
            self.next = text.parse().map_err(|_| Error::fatal(format!("position '{text}' is no number")))?;
        }
        Ok(Plan { range_id: Some(range), title: format!("{} numbers", self.count) })
    }

    // Records, and the position that holds once they are committed: the host writes both in one Kafka transaction.
    fn poll(&mut self, _deadline_ns: i64, out: &mut RecordBatch) -> Result<bool> {
        if self.host.cancelled() {
            return Err(Error::cancelled());
        }
        let end = (self.next + BATCH).min(self.count);
        for n in self.next..end {
            out.add(NewRecord {
                topic: self.topic.clone(),
                key: Some(n.to_string().into_bytes()),
                value: Some(format!("{{\"number\":{n}}}").into_bytes()),
                ..NewRecord::default()
            });
        }
        self.next = end;
        out.set_position("next", Some(self.next.to_string()));
        Ok(self.next < self.count)
    }
}

cnx::plugin!("@name@", "0.1.0", cnx::source::<@Class@>());

#[cfg(test)]
mod tests {
    use super::*;
    use cnx::KnownPosition;

    fn make(host: &Host) -> @Class@ {
        @Class@::create(host.clone(), &Config::of(@Class@::KEYS, &[("topic", "t"), ("count", "3")])).unwrap()
    }

    #[test]
    fn sends_all_numbers_and_ends() {
        let mut source = make(&Host::absent());
        source.start(&Start::default()).unwrap();
        let mut batch = RecordBatch::default();
        assert!(!source.poll(0, &mut batch).unwrap());
        assert_eq!(batch.records().len(), 3);
        assert_eq!(batch.positions(), [("next".to_string(), Some("3".to_string()))]);
    }

    #[test]
    fn goes_on_from_its_position() {
        let mut source = make(&Host::absent());
        let position = KnownPosition { key: "next".into(), value: Some("2".into()), range_id: "count:3".into() };
        source.start(&Start { positions: vec![position], ..Start::default() }).unwrap();
        let mut batch = RecordBatch::default();
        source.poll(0, &mut batch).unwrap();
        assert_eq!(batch.records().len(), 1);
    }

    #[test]
    fn a_cancel_ends_it() {
        let host = Host::absent();
        let mut source = make(&host);
        source.start(&Start::default()).unwrap();
        host.cancel();
        assert!(source.poll(0, &mut RecordBatch::default()).is_err());
    }
}
