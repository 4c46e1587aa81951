import unittest

from common import greeting


class Greeting(unittest.TestCase):
    def test_names_the_person(self):
        self.assertEqual(greeting("Ada"), "Hello, Ada")
