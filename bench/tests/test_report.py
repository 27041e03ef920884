"""The arithmetic of tables: ratios within a round, medians, ranges, void rows, spelling of numbers."""

import json
import unittest

from tests_path import BENCH  # noqa: F401

import report
from report import Table, number, spread


def row(rps, cpu_ms, errors=0):
    return {"rps": rps, "p50": 1.0, "p99": 2.0, "cpu_ms": cpu_ms, "rss": 50.0, "n": 100, "errors": errors}


def table(ours, theirs):
    made = Table("R1 c=2", "title", "rps", rows={"Halftone": ours, "sharp": theirs})
    made.quality = {
        "Halftone": {
            "score": 76.0,
            "worst": 70.0,
            "bytes": 30000,
            "n": 8,
            "formats": ["JPEG"],
            "failures": [],
        },
        "sharp": {
            "score": 65.0,
            "worst": 42.0,
            "bytes": 31000,
            "n": 7,
            "formats": ["JPEG"],
            "failures": ["sharp, a.jpg: status 500"],
        },
    }
    return made


class Tables(unittest.TestCase):
    def test_ratios_are_taken_within_a_round_and_turned_so_that_more_is_better(self):
        made = table([row(100, 10), row(50, 20)], [row(50, 20), row(50, 10)])
        self.assertEqual(made.ratios("sharp", "rps"), [2.0, 1.0])
        self.assertEqual(made.ratios("sharp", "cpu_ms"), [2.0, 0.5])

    def test_a_peer_that_is_not_there_has_no_ratio(self):
        self.assertEqual(table([row(1, 1)], []).ratios("sharp", "rps"), [])

    def test_one_void_round_voids_the_result(self):
        made = table([row(100, 10), {"void": "ran out"}], [row(50, 20), row(50, 20)])
        self.assertEqual(made.ratios("sharp", "rps"), [])
        self.assertIn("void: ran out", "\n".join(report.table_lines(made)))

    def test_failures_of_the_rounds_and_of_the_quality_column_add_up(self):
        made = table([row(1, 1, errors=2), row(1, 1, errors=3)], [row(1, 1)])
        self.assertEqual(made.failures("Halftone"), 5)
        self.assertEqual(made.failures("sharp"), 1)

    def test_a_line_shows_every_column(self):
        made = table([row(100, 10), row(120, 11), row(110, 12)], [row(50, 20), row(60, 22), row(55, 24)])
        lines = list(report.table_lines(made))
        self.assertEqual(
            lines[2], "| Halftone | 110 (100–120) | 1 | 2 | 11 | 50 | 30,000 | 76 | 70 | 0 |  |  |"
        )
        self.assertEqual(
            lines[3], "| sharp | 55 (50–60) | 1 | 2 | 22 | 50 | 31,000 | 65 | 42 | 1 | 2x (2–2) | 2x (2–2) |"
        )
        self.assertEqual({line.count("|") for line in lines}, {13})

    def test_the_json_survives_a_round_trip(self):
        document = {"info": {"cores": 2}, "tables": [table([row(1, 2)], [])], "targets": []}
        read = json.loads(json.dumps(report.as_json(document)))
        self.assertEqual(read["tables"][0]["rows"]["Halftone"][0]["cpu_ms"], 2)
        self.assertLessEqual({"id", "title", "key", "rows", "quality", "notes"}, read["tables"][0].keys())


class Numbers(unittest.TestCase):
    def test_three_digits_tell(self):
        for value, text in [
            (None, "–"), (0, "0"), (1.0, "1"), (0.0123456, "0.0123"), (0.5, "0.500"), (9.876, "9.88"),
            (14.44, "14.4"), (113.6, "114"), (101234.5, "101,234"), (-0.25, "-0.250"),
        ]:  # fmt: skip
            self.assertEqual(number(value), text)

    def test_a_spread_is_the_median_and_the_range(self):
        self.assertEqual(spread([]), "–")
        self.assertEqual(spread([2], "x"), "2x")
        self.assertEqual(spread([3, 1, 2], "x"), "2x (1–3)")


if __name__ == "__main__":
    unittest.main()
