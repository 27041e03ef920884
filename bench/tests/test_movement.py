"""Two results compare by what moved beyond noise."""

import unittest

from tests_path import BENCH  # noqa: F401

from movement import movements


def document(cpu=10.0, size=1000, score=70.0, table_id="R1 c=2"):
    quality = {"Halftone": {"score": score, "bytes": size}}
    rows = {"Halftone": [{"cpu_ms": cpu}, {"void": "ran out"}]}
    return {"tables": [{"id": table_id, "rows": rows, "quality": quality}]}


class Movements(unittest.TestCase):
    def test_noise_is_silent(self):
        self.assertEqual(movements(document(), document(10.4, 1029, 70.2)), [])

    def test_each_kind_is_told_with_its_direction(self):
        self.assertEqual(
            [str(moved) for moved in movements(document(), document(11.0, 950, 69.5))],
            [
                "R1 c=2  Halftone  CPU ms/req  10 -> 11 (+10.0%)  worse",
                "R1 c=2  Halftone  bytes  1,000 -> 950 (-5.0%)  better",
                "R1 c=2  Halftone  SSIMULACRA2  70 -> 69.5  worse",
            ],
        )

    def test_a_table_without_a_predecessor_is_skipped(self):
        self.assertEqual(movements(document(table_id="R4 c=1"), document(20.0)), [])


if __name__ == "__main__":
    unittest.main()
