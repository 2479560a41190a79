-- Kafka's position per partition, committed in the transaction of the rows. Made at the first start when the user may.
-- epoch and owner guard each step: who claims a partition raises the epoch, and the owner before finds its step refused.
CREATE TABLE IF NOT EXISTS `ods`.`connect_offsets` (
  `connector` VARCHAR(249) NOT NULL,
  `topic` VARCHAR(249) NOT NULL,
  `partition` INT NOT NULL,
  `next_offset` BIGINT NOT NULL,
  `epoch` BIGINT NOT NULL,
  `owner` VARCHAR(255) NOT NULL,
  `group_id` VARCHAR(255) NOT NULL,
  `last_offset` BIGINT,
  `last_timestamp_ms` BIGINT,
  `topic_id` VARCHAR(64),
  `cluster_id` VARCHAR(64),
  `host_version` VARCHAR(64),
  `updated_at` DATETIME,
  PRIMARY KEY (`connector`, `topic`, `partition`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Records that died (state dead), and those that 'connect-host dlq replay' has written since (replayed); set and spent in the
-- transactions of offsets and rows. 'read again': the position was set back before the record.
CREATE TABLE IF NOT EXISTS `ods`.`connect_dead_letters` (
  `connector` VARCHAR(249) NOT NULL,
  `topic` VARCHAR(249) NOT NULL,
  `partition` INT NOT NULL,
  `offset` BIGINT NOT NULL,
  `timestamp_ms` BIGINT NOT NULL,
  `state` VARCHAR(16) NOT NULL,
  `replay` VARCHAR(255),
  `died_at` DATETIME,
  `updated_at` DATETIME,
  PRIMARY KEY (`connector`, `topic`, `partition`, `offset`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
