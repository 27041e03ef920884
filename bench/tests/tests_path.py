"""Puts the benchmarks' modules on the path, wherever the tests are started from."""

import sys
from pathlib import Path

BENCH = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BENCH))
