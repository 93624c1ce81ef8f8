import unittest

from printer import cli


class CliTest(unittest.TestCase):
    def test_main_exists(self):
        self.assertTrue(callable(cli.main))
