import unittest

from tools.osm import osm


class OsmTest(unittest.TestCase):
    def test_nodes(self):
        self.assertEqual(osm.nodes_of("way 1 2"), [1, 2])


if __name__ == "__main__":
    unittest.main()
