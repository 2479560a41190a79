"""Private Kafka, MariaDB and Walmart sandbox for tests, demos and benchmarks; see README.md."""
