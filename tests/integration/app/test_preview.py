"""preview: the rows of every sample, and what becomes of bad input. Without broker, database or secrets."""

import json
import unittest

from host import DEAD, DONE, TESTDATA, USAGE, ExactNumber, lines, preview

JSON_COLUMNS = ("charges", "orderLineStatuses")


def exact(text):
    return json.loads(text, parse_int=ExactNumber, parse_float=ExactNumber)


def expected_row(row):
    """tests/testdata/expected has decimals and JSON columns as text; preview prints them as what they are."""
    return {name: exact(value) if value is not None and name in JSON_COLUMNS
            else ExactNumber(value) if name in ("chargeAmount", "taxAmount") and value is not None
            else value for name, value in row.items()}


class Samples(unittest.TestCase):
    """Every file of tests/testdata/walmart."""

    def test_become_the_expected_rows(self):
        samples = sorted((TESTDATA / "expected").glob("*.json"))
        self.assertGreaterEqual(len(samples), 11)
        for expected_file in samples:
            with self.subTest(expected_file.name):
                expected = exact(expected_file.read_text(encoding="utf-8"))
                answer = preview("--input", TESTDATA / "walmart" / expected_file.name, "--format", "json")
                self.assertEqual(answer.returncode, DEAD if expected["rejected"] else DONE, answer.stderr)
                found = lines(answer.stdout)
                rows = [line for line in found if "row" in line]
                self.assertEqual([line["row"] for line in rows], [expected_row(row) for row in expected["rows"]])
                self.assertEqual([list(line["row"]) for line in rows], [list(row) for row in expected["rows"]])
                for line in rows:
                    self.assertEqual((line["table"], line["op"]), ("walmart_order", "upsert"))
                filtered = [line["filtered"] for line in found if "filtered" in line]
                self.assertEqual([part["rule"] for part in filtered], [part["rule"] for part in expected["filtered"]])
                self.assertEqual(len([line for line in found if "dead" in line]), len(expected["rejected"]))

    def test_of_error_answers_are_dead_and_say_why(self):
        for name in ("token-200.json", "errors/404-no-orders.json", "errors/500-order-api.json"):
            with self.subTest(name):
                answer = preview("--input", TESTDATA / "walmart" / name, "--format", "json")
                self.assertEqual(answer.returncode, DEAD)
                (dead,) = lines(answer.stdout)
                self.assertEqual(dead["dead"]["path"], "$.purchaseOrderId")
                self.assertTrue(dead["dead"]["message"])

    def test_of_pages_count_each_order_and_name_its_place(self):
        answer = preview("--input", TESTDATA / "walmart" / "08-missing-null-odd-types.json", "--format", "json")
        found = lines(answer.stdout)
        origins = [next(iter(line.values()))["origin"] if "row" not in line else line["origin"] for line in found]
        self.assertEqual(sorted(set(map(int, origins))), list(range(8)))
        paths = [line["filtered"]["path"] for line in found if "filtered" in line]
        self.assertTrue(all(path.startswith("$.list.elements.order[") for path in paths), paths)


class Input(unittest.TestCase):
    ORDER = '{"purchaseOrderId":"%d","orderLines":{"orderLine":[{"lineNumber":"1"}]}}'

    def origins(self, text, *arguments):
        answer = preview("--input", "-", "--format", "json", *arguments, stdin=text)
        found = lines(answer.stdout)
        rows = [int(line["origin"]) for line in found if "row" in line]
        dead = [int(line["dead"]["origin"]) for line in found if "dead" in line]
        return answer, rows, dead

    def test_counts_documents_over_the_whole_input(self):
        text = "\n".join([self.ORDER % 1, "not json", "[" + self.ORDER % 2 + "," + self.ORDER % 3 + "]", '{"x":1}', self.ORDER % 4])
        answer, rows, dead = self.origins(text)
        self.assertEqual((rows, dead), ([0, 2, 3, 5], [1, 4]))
        self.assertEqual(answer.returncode, DEAD)
        self.assertIn("6 documents: 4 rows, 0 filtered, 2 dead", answer.stderr)

    def test_reads_pretty_printed_documents_from_standard_input(self):
        pretty = json.dumps(json.loads(self.ORDER % 7), indent=2)
        answer, rows, dead = self.origins(pretty + "\n" + pretty)
        self.assertEqual((answer.returncode, rows, dead), (DONE, [0, 1], []))

    def test_stops_at_count(self):
        answer, rows, _ = self.origins("\n".join(self.ORDER % i for i in range(1, 5)), "--count", "2")
        self.assertEqual((answer.returncode, rows), (DONE, [0, 1]))

    def test_may_be_empty(self):
        answer, rows, dead = self.origins("")
        self.assertEqual((answer.returncode, answer.stdout, rows, dead), (DONE, "", [], []))

    def test_keeps_order_and_numbers_over_many_batches(self):
        answer, rows, dead = self.origins("\n".join(self.ORDER % i for i in range(1, 2001)))
        self.assertEqual((answer.returncode, rows, dead), (DONE, list(range(2000)), []))

    def test_names_path_and_column_of_a_dead_order(self):
        bad = '{"purchaseOrderId":1,"orderLines":{"orderLine":[{"lineNumber":1,"orderLineQuantity":{"amount":"many"}}]}}'
        answer = preview("--input", "-", "--format", "json", stdin="[" + self.ORDER % 5 + "," + bad + "]")
        dead = lines(answer.stdout)[-1]["dead"]
        self.assertEqual(dead["path"], "$[1].orderLines.orderLine[0].orderLineQuantity.amount")
        self.assertEqual(dead["column"], "quantity")
        self.assertNotIn("many", dead["message"])

    def test_is_never_trusted_with_the_terminal(self):
        order = {"purchaseOrderId": 1, "orderLines": {"orderLine": [{"lineNumber": 1, "item": {"sku": "\x1b[31m"}}]}}
        answer = preview("--input", "-", stdin=json.dumps(order))
        self.assertEqual(answer.returncode, DONE, answer.stderr)
        self.assertNotIn("\x1b", answer.stdout)

    def test_bears_bytes_that_are_no_text(self):
        answer, rows, dead = self.origins(b'\xff\xfe\x00{\n{"purchaseOrderId":"\xff"}\n' + (self.ORDER % 1).encode())
        self.assertEqual((answer.returncode, rows, dead), (DEAD, [2], [0, 1]))


class Formats(unittest.TestCase):
    SAMPLE = TESTDATA / "walmart" / "02-multi-line-charges.json"

    def test_table_shows_every_row_and_the_counts(self):
        answer = preview("--input", self.SAMPLE)
        self.assertEqual(answer.returncode, DONE)
        self.assertIn("walmart_order: 3 rows", answer.stdout)
        self.assertIn("purchaseOrderId", answer.stdout)
        self.assertIn("1 document: 3 rows, 0 filtered, 0 dead", answer.stderr)

    def test_sql_shows_the_statement_that_the_sink_would_send(self):
        answer = preview("--input", self.SAMPLE, "--format", "sql")
        self.assertEqual(answer.returncode, DONE, answer.stderr)
        self.assertIn("INSERT INTO", answer.stdout)
        self.assertIn("ON DUPLICATE KEY UPDATE", answer.stdout)
        self.assertTrue(answer.stdout.rstrip().endswith(";"))


class Arguments(unittest.TestCase):
    def test_need_no_secret(self):
        answer = preview("--input", "-", "--format", "json")
        self.assertEqual((answer.returncode, answer.stdout), (DONE, ""))

    def test_are_told_when_they_do_not_fit(self):
        sample = TESTDATA / "walmart" / "01-single-line.json"
        for arguments, part in ((("--connector", "x", "--input", sample), "no connector"),
                                (("--connector", "walmart-orders", "--input", sample), "is a source"),
                                (("--connector", "walmart-orders-mysql"), "--input FILE or --topic"),
                                (("--connector", "walmart-orders-mysql", "--input", "/nowhere.json"), "/nowhere.json"),
                                (("--connector", "walmart-orders-mysql", "--input", "/tmp"), "directory"),
                                (("--connector", "walmart-orders-mysql", "--input", sample, "--format", "xml"), "--format"),
                                (("--connector", "walmart-orders-mysql", "--input", sample, "--topic", "t"), "--topic")):
            with self.subTest(part):
                from host import CONFIG, run
                answer = run("preview", CONFIG, *arguments)
                self.assertEqual(answer.returncode, USAGE, answer.stderr)
                self.assertIn(part, answer.stderr)
                self.assertEqual(answer.stdout, "")


if __name__ == "__main__":
    unittest.main()
