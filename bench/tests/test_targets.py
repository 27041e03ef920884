"""Targets are met, missed, or not measured; never met by accident."""

import unittest

from tests_path import BENCH  # noqa: F401

from report import Table
from targets import Cpu, InEveryRound, NoFailures, Quality, judge


def table(
    cpu_ours=(10.0,), cpu_theirs=(10.0,), ours=(76.0, 70.0, 30000), theirs=(76.5, 71.0, 30000), errors=0
):
    made = Table("R1 c=2", "title", "rps")
    for server, cpus, quality in (("Halftone", cpu_ours, ours), ("oximg", cpu_theirs, theirs)):
        for cpu in cpus:
            made.add(server, {"rps": 1.0, "cpu_ms": cpu, "errors": errors, "renders": 1.0})
        if quality:
            score, worst, size = quality
            made.quality[server] = {"score": score, "worst": worst, "bytes": size, "n": 8, "failures": []}
    return made


class Targets(unittest.TestCase):
    def test_cpu_is_judged_by_the_median_round(self):
        self.assertTrue(Cpu("oximg", 1.0).judge(table((10, 10, 30), (11, 11, 11))).met)
        self.assertFalse(Cpu("oximg", 1.2).judge(table((10, 10, 1), (11, 11, 11))).met)

    def test_what_did_not_take_part_is_not_measured(self):
        for target in (Cpu("sharp", 1.0), Quality("sharp")):
            self.assertIsNone(target.judge(table()).met)
        self.assertIsNone(NoFailures().judge(Table("R1", "title", "rps")).met)

    def test_the_gate_has_three_bars(self):
        gate = Quality("oximg")
        self.assertTrue(gate.judge(table()).met)
        self.assertTrue(gate.judge(table(ours=(75.5, 68.0, 30000))).met)
        self.assertFalse(gate.judge(table(ours=(75.4, 70.0, 30000))).met)
        self.assertFalse(gate.judge(table(ours=(76.0, 67.9, 30000))).met)
        self.assertFalse(gate.judge(table(ours=(80.0, 80.0, 30001))).met)

    def test_one_round_outside_misses(self):
        made = table()
        exactly_one = InEveryRound("renders", "renders", 1, 1)
        self.assertTrue(exactly_one.judge(made).met)
        made.add("Halftone", {"rps": 1.0, "cpu_ms": 1.0, "errors": 0, "renders": 2.0})
        self.assertFalse(exactly_one.judge(made).met)

    def test_failures_count(self):
        self.assertTrue(NoFailures().judge(table()).met)
        self.assertFalse(NoFailures().judge(table(errors=1)).met)

    def test_a_target_may_be_about_some_tables_only(self):
        class Recipe:
            targets = (Cpu("oximg", 1.0, only="c=8"), NoFailures())

        self.assertEqual([outcome.what for outcome in judge(Recipe, [table()])], ["failures"])


if __name__ == "__main__":
    unittest.main()
