"""Entry of the job: reads its arguments, and leaves the work to modules that are tested."""
import sys

from orders import total


def main(arguments):
    print(total([int(argument) for argument in arguments]))


if __name__ == "__main__":
    main(sys.argv[1:])
