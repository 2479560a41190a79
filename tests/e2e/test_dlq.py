"""Dead letters as an operator meets them: listed, counted, shown, by the state that the database tells."""

import json
import unittest

from harness import PipelineTest


def order(number, method="narrow", **more):
    line = {"lineNumber": "1", "item": {"sku": "A"}, "orderLineQuantity": {"amount": "1"}}
    return json.dumps({"purchaseOrderId": str(200000000000000 + number), "orderDate": 1762783401417,
                       "shippingInfo": {"methodCode": method}, **more, "orderLines": {"orderLine": [line]}})


class DeadLetters(PipelineTest):
    def die(self, lines, rule="CHECK (CHAR_LENGTH(methodCode) < 10)", **sink):
        """Runs `lines` into a table with a rule that only the server knows; some of them have to die."""
        path = self.pipeline.directory / "orders.ndjson"
        path.write_text("\n".join(lines) + "\n")
        self.config = self.pipeline.write({"lines": self.pipeline.file_source(path), "sink": self.pipeline.sink(**sink)})
        self.init(self.config)
        self.pipeline.sql(f"ALTER TABLE walmart_order ADD CONSTRAINT short {rule}")
        self.run_host(self.config, expect=3)

    def dlq(self, *arguments, expect=0):
        done = self.pipeline.host("dlq", *arguments)
        self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        self.assertNotIn(self.pipeline.password, done.stdout + done.stderr)
        return done

    def letters(self, *filters):
        options = [part for text in filters for part in ("--filter", text)]
        return json.loads(self.dlq("list", self.config, "--json", *options).stdout)

    def test_letters_are_listed_filtered_counted_and_shown(self):
        lines = [order(n, "too wide for it" if n in (7, 8, 9) else "narrow") for n in range(40)]
        lines[20] = '{"purchaseOrderId": "200000000000020", "orderDate":'
        self.die(lines)
        letters = self.letters()
        self.assertEqual(len(letters), 4)
        self.assertEqual(letters, sorted(letters, key=lambda one: (one["partition"], one["offset"])))
        put = self.letters("stage=TASK_PUT", f"topic={self.pipeline.topic}", "since=1h")
        self.assertEqual({one["class"] for one in put}, {"mysql-sink"})
        self.assertEqual({one["state"] for one in letters}, {"dead"})
        self.assertEqual(len(put), 3)
        self.assertEqual(len(self.letters("stage!=TASK_PUT", "message~JSON")), 1)
        self.assertEqual(self.letters("until=1h"), [])

        text = self.dlq("list", self.config).stdout
        self.assertEqual(len(text.splitlines()), 2 + 4, text)
        for letter in letters:
            self.assertIn(letter["id"], text)
        stats = json.loads(self.dlq("stats", self.config, "--json").stdout)[0]
        self.assertEqual((stats["letters"], stats["repeats"], stats["foreign"]), (4, 0, 0))
        self.assertEqual(sorted(group["letters"] for group in stats["groups"]), [1, 3])
        self.assertIn("3", self.dlq("stats", self.config, "--connector", "sink").stdout)

        self.assertNotIn(self.pipeline.password, json.dumps(self.pipeline.records(self.pipeline.dead_topic)))
        shown = self.dlq("show", put[0]["id"], self.config).stdout
        self.assertIn('"methodCode": "too wide for it"', shown)
        self.assertIn("__cnx.errors.timestamp.ms: ", shown)
        self.assertIn(f"--filter id={put[0]['id']}", shown)
        as_json = json.loads(self.dlq("show", put[0]["id"], self.config, "--json").stdout)
        self.assertIn(as_json["value"], lines)

    def test_what_to_do_is_what_helps(self):
        unfit = order(1).replace('"amount": "1"', '"amount": "much"')
        self.die([unfit, order(2, "too wide for it")])
        self.assertEqual({one["key"] for one in self.letters()}, {None})
        (of_the_transform,), (of_the_table,) = self.letters("stage=TRANSFORMATION"), self.letters("stage=TASK_PUT")
        self.assertTrue(of_the_transform["column"], of_the_transform)
        said = self.dlq("show", of_the_transform["id"], self.config).stdout
        self.assertIn(f"mend the transform or its options (column `{of_the_transform['column']}`), or have the sender", said)
        self.assertIn("mend the table that refused it", self.dlq("show", of_the_table["id"], self.config).stdout)
        # Nobody can tell what became of a record without a key, so the replay that is advised has the option that takes it.
        self.assertIn(f"--filter id={of_the_table['id']} --unverified (it has no key",
                      self.dlq("show", of_the_table["id"], self.config).stdout)
        self.pipeline.sql("ALTER TABLE walmart_order DROP CONSTRAINT short")
        chosen = ("--connector", "sink", "--filter", f"id={of_the_table['id']}")
        self.dlq("replay", self.config, *chosen, expect=3)
        self.assertEqual(self.pipeline.number("SELECT COUNT(*) FROM walmart_order"), 0)
        self.dlq("replay", self.config, *chosen, "--unverified")
        self.assertEqual(self.pipeline.number("SELECT COUNT(*) FROM walmart_order"), 1)

    def test_foreign_records_and_copies_are_counted_and_never_guessed(self):
        self.die([order(n, "too wide for it" if n == 3 else "narrow") for n in range(10)])
        self.pipeline.produce([("k", "no letter"), ("k", order(5))], topic=self.pipeline.dead_topic)
        listed = self.dlq("list", self.config)
        self.assertIn("2 records without the headers of a dead letter", listed.stderr)
        self.assertEqual(len(self.letters()), 1)

    def test_wrong_words_are_errors_with_the_mend(self):
        self.die([order(0, "too wide for it"), order(1)])
        for arguments, said in (
                (("list", self.config, "--filter", "colum=x"), "did you mean 'column'"),
                (("list", self.config, "--filter", "since=yesterday"), "2026-01-31"),
                (("list", self.config, "--connector", "lines"), "is a source"),
                (("show", "orders-1-2", self.config), "TOPIC:PARTITION:OFFSET"),
                (("show", f"{self.pipeline.topic}:0:999999", self.config), "no such dead letter")):
            self.assertIn(said, self.dlq(*arguments, expect=2).stderr)


    def test_a_sink_without_marks_is_not_replayed(self):
        config = self.pipeline.write({"plain": {"connector.class": "stdout-sink", "topics": self.pipeline.topic,
                                                "errors.tolerance": "all",
                                                "errors.deadletterqueue.topic.name": self.pipeline.dead_topic}})
        self.assertIn("cnx.sink-marks/1", self.dlq("replay", config, expect=2).stderr)

if __name__ == "__main__":
    unittest.main()
