-- The least that the user of connection.user needs; run it as an administrator, with a password and hosts of your own.
CREATE USER IF NOT EXISTS 'app'@'%' IDENTIFIED BY 'change-me';

-- Upserts insert and update; DELETE only matters to connectors whose rows can be deletes.
-- Definitions of tables are read from information_schema, which shows what the user has any privilege on.
GRANT SELECT, INSERT, UPDATE, DELETE ON `ods`.`walmart_order` TO 'app'@'%';

-- Claims lock rows (SELECT … FOR UPDATE), insert and update them. Nothing deletes from it.
GRANT SELECT, INSERT, UPDATE ON `ods`.`connect_offsets` TO 'app'@'%';

-- The same for the marks of dead records.
GRANT SELECT, INSERT, UPDATE ON `ods`.`connect_dead_letters` TO 'app'@'%';

-- Only for auto.create and auto.evolve, or when the first start shall make connect_offsets and connect_dead_letters itself:
-- GRANT CREATE, ALTER ON `ods`.* TO 'app'@'%';

-- Only for 'connect-host init' with this user where the database is missing, too:
-- GRANT CREATE ON *.* TO 'app'@'%';
