"""The comparer finds what is planted, and nothing where nothing is wrong."""

import unittest

import compare
from compare import Record
from orders import Orders, identity

COUNT, VERSIONS = 12, 3
ORDERS = Orders(COUNT, 1_762_783_401_417, 1_762_790_000_000)
SENT = [Record(ORDERS.key(n), v, ORDERS.rows(n, v)) for v in range(1, VERSIONS + 1) for n in range(COUNT)]
THREE_LINES = 2   # a number whose order has three lines


def all_rows():
    return [row for record in SENT for row in record.rows]


def last_rows():
    return [row for record in SENT if record.version == VERSIONS for row in record.rows]


def without(rows, *gone):
    return [row for row in rows if row not in gone]


class EveryVersion(unittest.TestCase):
    def check(self, table, **expected):
        verdict = compare.every_version(SENT, table, identity)
        self.assertEqual({kind: getattr(verdict, kind) for kind in compare.KINDS},
                         {**dict.fromkeys(compare.KINDS, 0), **expected}, verdict.first)
        self.assertEqual(verdict.clean, not expected)
        self.assertEqual(bool(verdict.first), bool(expected))

    def test_is_clean_when_each_row_is_there_once_in_any_order(self):
        self.check(list(reversed(all_rows())))

    def test_finds_a_lost_record(self):
        self.check(without(all_rows(), *ORDERS.rows(THREE_LINES, 2)), lost=1)

    def test_finds_everything_lost_in_an_empty_table(self):
        self.check([], lost=len(SENT))

    def test_finds_a_doubled_record(self):
        self.check(all_rows() + list(ORDERS.rows(THREE_LINES, 1)), doubled=1)

    def test_finds_an_order_without_one_of_its_lines(self):
        self.check(without(all_rows(), ORDERS.rows(THREE_LINES, 2)[1]), torn=1)

    def test_finds_one_line_written_twice(self):
        self.check(all_rows() + [ORDERS.rows(THREE_LINES, 2)[0]], torn=1)

    def test_finds_a_changed_value_in_a_single_column(self):
        row = ORDERS.rows(0, 1)[0]
        changed = tuple("6.66" if value == "0.11" else value for value in row)
        self.assertNotEqual(changed, row)
        self.check(without(all_rows(), row) + [changed], lost=1, strange=1)


class LastVersion(unittest.TestCase):
    def check(self, table, **expected):
        verdict = compare.last_version(SENT, table, identity)
        self.assertEqual({kind: getattr(verdict, kind) for kind in compare.KINDS},
                         {**dict.fromkeys(compare.KINDS, 0), **expected}, verdict.first)
        self.assertEqual(verdict.clean, not expected)

    def test_is_clean_when_the_last_versions_are_there(self):
        self.check(last_rows())

    def test_finds_a_stale_order(self):
        self.check(without(last_rows(), *ORDERS.rows(THREE_LINES, 3)) + list(ORDERS.rows(THREE_LINES, 2)), stale=1)

    def test_finds_an_order_whose_lines_are_of_two_versions(self):
        newer, older = ORDERS.rows(THREE_LINES, 3), ORDERS.rows(THREE_LINES, 2)
        self.check(without(last_rows(), newer[1]) + [older[1]], torn=1)

    def test_finds_a_missing_line(self):
        self.check(without(last_rows(), ORDERS.rows(THREE_LINES, 3)[2]), torn=1)

    def test_finds_a_lost_order(self):
        self.check(without(last_rows(), *ORDERS.rows(4, 3)), lost=1)

    def test_finds_a_doubled_line(self):
        self.check(last_rows() + [ORDERS.rows(THREE_LINES, 3)[0]], doubled=1)

    def test_finds_a_changed_value_and_an_order_that_nobody_sent(self):
        row = ORDERS.rows(0, 3)[0]
        self.check(without(last_rows(), row) + [tuple("x" if v == "Standard" else v for v in row)], strange=1)
        self.check(last_rows() + list(ORDERS.rows(COUNT + 2, 1)), strange=3)


class EachOnce(unittest.TestCase):
    EXPECTED = {"7": [("7", "1"), ("7", "2")], "8": [("8", "1")], "9": []}
    ROWS = [("8", "1"), ("7", "2"), ("7", "1")]
    RECORDS = [("7", "seven", "t[0] offset 3"), ("8", "eight", "t[1] offset 5"), ("9", "nine", "t[0] offset 4")]

    def check(self, rows=ROWS, records=RECORDS, says=(), **expected):
        verdict = compare.each_once(self.EXPECTED, rows, records)
        self.assertEqual({kind: getattr(verdict, kind) for kind in compare.KINDS if getattr(verdict, kind)}, expected, verdict.tell())
        for part in says:
            self.assertIn(part, verdict.tell())

    def test_is_clean_when_each_row_and_each_record_is_there_once(self):
        self.check(says=["3 compared: 0 lost, 0 doubled"])

    def test_tells_a_row_written_twice_from_a_record_that_is_twice_in_the_topic(self):
        self.check(self.ROWS + [("7", "2")], doubled=1, says=["('7', '2') is there 2 times; in the topic: t[0] offset 3"])
        again = self.RECORDS + [("8", "eight", "t[1] offset 9")]
        self.check(self.ROWS, again, doubled=1, says=["topic: 2 records of order 8, 1 different; in the topic: t[1] offset 5, t[1] offset 9"])
        self.check(self.ROWS + [("8", "1")], again, doubled=2)

    def test_tells_a_row_that_is_lost_on_the_way_to_the_table_from_one_that_never_came(self):
        self.check(self.ROWS[1:], lost=1, says=["('8', '1') is there 0 times; in the topic: t[1] offset 5"])
        self.check(self.ROWS[1:], [r for r in self.RECORDS if r[0] != "8"], lost=2, says=["in the topic: nowhere", "no record of order 8"])

    def test_finds_what_nobody_expected_in_the_table_and_in_the_topic(self):
        self.check(self.ROWS + [("6", "1")], self.RECORDS + [("6", "six", "t[2] offset 0")], strange=2,
                   says=["('6', '1') is there 1 times; in the topic: t[2] offset 0", "order 6 is not expected"])

    def test_finds_one_lost_and_one_doubled_though_the_sums_agree(self):
        self.check([("7", "1"), ("7", "1"), ("8", "1")], lost=1, doubled=1)

    def test_shows_some_of_each_kind(self):
        verdict = compare.each_once({str(n): [(str(n), "1")] for n in range(20)}, [("0", "1")] * 2, [("0", "", "t[0] offset 1")])
        self.assertEqual((verdict.lost, verdict.doubled), (38, 1))
        self.assertIn("('0', '1') is there 2 times", verdict.tell())


class Content(unittest.TestCase):
    def test_is_the_same_when_a_record_is_read_again(self):
        first, again = (f'{{"request_time":"2025-11-12 12:00:0{n}","a":1}}' for n in range(2))
        self.assertEqual(compare.content(first), compare.content(again))
        self.assertNotEqual(compare.content(first), compare.content(first.replace("1}", "2}")))


class Log(unittest.TestCase):
    SENT = [(r.key, r.version, f"{r.key}/{r.version}") for r in SENT]

    def kinds(self, kept):
        verdict = compare.log_of(self.SENT, kept)
        return {kind: getattr(verdict, kind) for kind in compare.KINDS if getattr(verdict, kind)}

    def test_finds_what_is_lost_doubled_altered_reordered_or_foreign(self):
        self.assertEqual(self.kinds(self.SENT), {})
        self.assertEqual(self.kinds(self.SENT[:-1]), {"lost": 1})
        self.assertEqual(self.kinds(self.SENT + [self.SENT[-1]]), {"doubled": 1})
        key, version, _ = self.SENT[-1]
        self.assertEqual(self.kinds(self.SENT[:-1] + [(key, version, "other bytes")]), {"torn": 1})
        self.assertEqual(self.kinds(self.SENT + [(key, version + 1, "")]), {"strange": 1})
        self.assertEqual(self.kinds([self.SENT[-1], *self.SENT[:-1]]), {"stale": VERSIONS - 1})


class DeadLetters(unittest.TestCase):
    PLANTED = {("t", 0, 5): ("k5", "bad"), ("t", 1, 9): ("k9", "worse")}

    def kinds(self, letters):
        verdict = compare.dead_letters(self.PLANTED, letters)
        return {kind: getattr(verdict, kind) for kind in compare.KINDS if getattr(verdict, kind)}

    def test_counts_distinct_identities_and_compares_contents(self):
        letters = list(self.PLANTED.items())
        self.assertEqual(self.kinds(letters + letters), {})
        self.assertEqual(self.kinds(letters[:1]), {"lost": 1})
        self.assertEqual(self.kinds([letters[0], (("t", 1, 9), ("k9", "cut"))]), {"torn": 1})
        self.assertEqual(self.kinds(letters + [(("t", 1, 10), ("k", "v"))]), {"strange": 1})


if __name__ == "__main__":
    unittest.main()
