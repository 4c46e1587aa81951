import sys

sys.path.insert(0, "lib")

from orders import total  # noqa: E402


def test_total():
    assert total([1, 2, 3]) == 6
