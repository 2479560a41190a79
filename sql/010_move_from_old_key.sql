-- Moves a walmart_order with the old key (purchaseOrderId, sku) to the key (purchaseOrderId, lineNumber).
--
-- Under the old key, of two lines of one order with one sku only the one written last was left. Those rows cannot be
-- brought back by any statement; reading the orders again brings them (step 5).
--
-- The old table is not touched until the last step, and is kept under another name then. Stop the sinks that write to it
-- (connect-host, or the system before it) first: rows written between steps 2 and 4 would only be in the old table.
-- Run it step by step: each step says what must hold before the next one. Run as a whole (mariadb < this file) it stops at
-- the first error, before anything has happened to the old table.
USE `ods`;

-- 1. Rows that cannot have the new key. Both counts must be 0. A lineNumber that is NULL was never delivered by the API:
--    look at the row, give it its number or delete it. Duplicates: keep the row with the latest load_time.
SELECT COUNT(*) AS rows_without_line_number FROM `walmart_order` WHERE `purchaseOrderId` IS NULL OR `lineNumber` IS NULL;
SELECT COUNT(*) AS duplicate_keys
FROM (SELECT 1 FROM `walmart_order` GROUP BY `purchaseOrderId`, `lineNumber` HAVING COUNT(*) > 1) AS doubles;

-- 2. The new table, empty: all columns and other indexes of the old one, the old key replaced. Where the old key is a
--    UNIQUE KEY and not the PRIMARY KEY, drop it by its name (SHOW CREATE TABLE tells it) instead of the PRIMARY KEY.
CREATE TABLE `walmart_order_new_key` LIKE `walmart_order`;
ALTER TABLE `walmart_order_new_key`
  DROP PRIMARY KEY,
  MODIFY `purchaseOrderId` BIGINT NOT NULL,
  MODIFY `lineNumber` INT NOT NULL,
  MODIFY `sku` VARCHAR(50),
  ADD PRIMARY KEY (`purchaseOrderId`, `lineNumber`);
ALTER TABLE `walmart_order_new_key` CONVERT TO CHARACTER SET utf8mb4;

-- 3. The rows. It stops with an error, and leaves the new table empty, when step 1 was skipped. Both counts must be equal.
SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION';
INSERT INTO `walmart_order_new_key` SELECT * FROM `walmart_order`;
SELECT (SELECT COUNT(*) FROM `walmart_order`) AS rows_before, (SELECT COUNT(*) FROM `walmart_order_new_key`) AS rows_after;

-- 4. The change, at once for all readers. Keep the old table until you trust the new one, then drop it.
RENAME TABLE `walmart_order` TO `walmart_order_old_key`, `walmart_order_new_key` TO `walmart_order`;

-- 5. Then 'connect-host check' must find nothing wrong; where it names missing columns (orderType, charges,
--    orderLineStatuses), add them as 002_walmart_order.sql declares them, or set extra.columns: false. To bring back the lines that the old key lost, read the orders again while
--    the API still has them, e.g. connect-host run config/walmart.yml -s 20251101 -e 20251130 --again
