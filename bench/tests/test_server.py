"""Accounting covers the process tree, the ended children too; Halftone's counters are summed."""

import subprocess
import sys
import unittest

from tests_path import BENCH  # noqa: F401

from peers.halftone import sum_of_counter
from server import ProcessTree

# A parent whose child burns CPU and ends, and which then waits with 40 MB in hand.
BURN = """
import subprocess, sys
subprocess.run([sys.executable, "-c", "import time\\nwhile time.process_time() < 0.5: pass"])
print("ended", flush=True)
sys.stdin.readline()
held = b"x" * 40_000_000
print("held", flush=True)
sys.stdin.readline()
del held
print("let go", flush=True)
sys.stdin.readline()
"""


class Accounting(unittest.TestCase):
    def test_a_child_that_has_ended_counts_and_the_peak_outlives_the_memory(self):
        process = subprocess.Popen(
            [sys.executable, "-c", BURN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        with process:
            try:
                process.stdout.readline()
                tree = ProcessTree(process.pid)
                self.assertGreaterEqual(tree.cpu_seconds(), 0.45)
                tree.reset_peak()
                before = tree.peak_mb()
                for _ in range(2):
                    process.stdin.write("\n")
                    process.stdin.flush()
                    process.stdout.readline()
                self.assertGreater(tree.peak_mb(), before + 35)
                tree.reset_peak()
                self.assertLess(tree.peak_mb(), before + 20)
            finally:
                process.kill()

    def test_a_counter_is_summed_over_its_labels(self):
        exposition = (
            "# TYPE halftone_renders_total counter\n"
            'halftone_renders_total{format="jpeg"} 3\n'
            'halftone_renders_total{format="png"} 4\n'
            "halftone_renders_total_other 100\n"
        )
        self.assertEqual(sum_of_counter(exposition, "halftone_renders_total"), 7)
        self.assertEqual(sum_of_counter("halftone_renders_total 5\n", "halftone_renders_total"), 5)


if __name__ == "__main__":
    unittest.main()
