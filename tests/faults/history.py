"""What the database remembers of each step: triggers note every change of connect_offsets within its own transaction, and
rows of a table without a key know the connection that wrote them."""

TRIGGERS = """
CREATE TABLE IF NOT EXISTS offset_history (
  id BIGINT AUTO_INCREMENT PRIMARY KEY, at TIMESTAMP(6) DEFAULT CURRENT_TIMESTAMP(6), connection BIGINT,
  connector VARCHAR(249), topic VARCHAR(249), part INT, old_offset BIGINT, new_offset BIGINT, old_epoch BIGINT, epoch BIGINT,
  owner VARCHAR(255)) ENGINE=InnoDB;
CREATE TRIGGER offsets_made AFTER INSERT ON connect_offsets FOR EACH ROW INSERT INTO offset_history
  (connection, connector, topic, part, new_offset, epoch, owner)
  VALUES (CONNECTION_ID(), NEW.connector, NEW.topic, NEW.`partition`, NEW.next_offset, NEW.epoch, NEW.owner);
CREATE TRIGGER offsets_moved AFTER UPDATE ON connect_offsets FOR EACH ROW INSERT INTO offset_history
  (connection, connector, topic, part, old_offset, new_offset, old_epoch, epoch, owner)
  VALUES (CONNECTION_ID(), NEW.connector, NEW.topic, NEW.`partition`, OLD.next_offset, NEW.next_offset, OLD.epoch, NEW.epoch,
          NEW.owner);
"""


def columns(table):
    return (f"ALTER TABLE {table} ADD COLUMN written_by BIGINT NULL DEFAULT (CONNECTION_ID()),"
            " ADD COLUMN written_at TIMESTAMP(6) NULL DEFAULT CURRENT_TIMESTAMP(6);")


def went_back(job):
    """Steps that moved an offset or an epoch back; there must be none."""
    return job.sql("SELECT * FROM offset_history WHERE new_offset < old_offset OR epoch < old_epoch")


def tell(job, verdict, topics):
    """The first differing record: where it stands in Kafka, which steps of the sinks covered it, who wrote its rows."""
    if not verdict.first:
        return ""
    _, key, version, text = verdict.first[0]
    said = [f"first difference: {text}"]
    places = [(topic, r) for topic in topics for r in job.records(topic) if f'"purchaseOrderId":"{key}"' in (r["value"] or "")]
    for topic, record in places:
        here = f"-v{version}\"" in record["value"]
        said.append(f"  in Kafka: {topic}[{record['partition']}] offset {record['offset']}{' <- this version' if here else ''}")
        if not here:
            continue
        steps = job.sql(f"SELECT at, connector, CONCAT(IFNULL(old_offset, '-'), ' -> ', new_offset), CONCAT('epoch ', epoch), owner,"
                        f" CONCAT('connection ', connection) FROM offset_history WHERE topic = '{topic}' AND"
                        f" part = {record['partition']} AND (old_offset IS NULL OR epoch <> old_epoch OR"
                        f" (old_offset <= {record['offset']} AND new_offset > {record['offset']})) ORDER BY id")
        said += ["    " + "  ".join(step) for step in steps]
    rows = job.sql(f"SELECT lineNumber, trackingNumber, written_by, written_at FROM order_all WHERE purchaseOrderId = {key}"
                   " ORDER BY written_at")
    said += [f"  row: line {line}, {tracking}, connection {by}, {at}" for line, tracking, by, at in rows]
    return "\n".join(said)
