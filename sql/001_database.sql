-- The database of the tables. The name is the one of connection.url.
CREATE DATABASE IF NOT EXISTS `ods` CHARACTER SET utf8mb4;
