"""A cold list never asks for the same thing twice, and says when it cannot go on."""

import unittest

from tests_path import BENCH  # noqa: F401

from request import ColdList, ListRanOut, around


def cold_list(files=("a", "b", "c"), sizes=range(500, 540), seed="R1"):
    return ColdList(files, sizes, "jpeg", 80, seed)


class ColdLists(unittest.TestCase):
    def test_no_request_comes_twice_in_any_number_of_rounds(self):
        cold, asked = cold_list(), []
        for count in (1, 50, 0, 33, 36):
            expected = cold.remaining()[:count]
            self.assertEqual(cold.take(count), expected)
            asked += expected
        self.assertEqual(len(asked), 120)
        self.assertEqual(len(set(asked)), len(asked))
        self.assertEqual(cold.remaining(), [])

    def test_more_than_there_is_makes_it_void(self):
        cold = cold_list()
        cold.spend(119)
        with self.assertRaises(ListRanOut):
            cold.spend(2)

    def test_everybody_gets_the_same_list_and_each_recipe_its_own(self):
        self.assertEqual(cold_list().remaining(), cold_list(files=("c", "b", "a")).remaining())
        self.assertNotEqual(cold_list().remaining(), cold_list(seed="R4").remaining())

    def test_the_nominal_size_is_kept_for_scoring(self):
        self.assertEqual(around(512, 2), [510, 511, 513, 514])


if __name__ == "__main__":
    unittest.main()
