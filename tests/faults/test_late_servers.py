"""Broker and database come up after the host: nothing is made by hand, and every order of the file arrives."""

import unittest

from outage_rig import OutageTest


class LateServers(OutageTest):
    def setUp(self):
        super().setUp()
        self.broker, self.database = self.kafka_proxy(), self.mysql_proxy()
        for way in (self.broker, self.database):
            way.cut()
        self.feed.add(500)
        lines = self.pipeline.file_source(self.feed.path, follow="true")
        sink = self.inserting_sink(self.database, **{"auto.create": "true"})
        config = self.pipeline.write({"lines": lines, "sink": sink}, listeners="http://127.0.0.1:0",
                                     **{"bootstrap.servers": f"127.0.0.1:{self.broker.port}"})
        self.process = self.start_host("run", config)
        self.wait_for(lambda: f"127.0.0.1:{self.broker.port}" in self.log(), 30, "word in the log of the broker")

    def bring_database(self):
        self.pipeline.sql(f"CREATE DATABASE `{self.pipeline.database}` CHARACTER SET utf8mb4", database="mysql")
        self.database.mend()

    def finish_late(self):
        table = f"FROM information_schema.tables WHERE table_schema = '{self.pipeline.database}' AND table_name = 'walmart_order'"
        self.wait_for(lambda: self.pipeline.number(f"SELECT COUNT(*) {table}") > 0, 60, "table")
        self.finish()

    def test_the_broker_first(self):
        self.broker.mend()
        self.wait_for(lambda: f"127.0.0.1:{self.database.port}" in self.told(), 30, "word in /status of the database")
        self.bring_database()
        self.finish_late()

    def test_the_database_first(self):
        self.bring_database()
        self.broker.mend()
        self.finish_late()


if __name__ == "__main__":
    unittest.main()
