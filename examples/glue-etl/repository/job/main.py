"""Entry of the job: reads its arguments, and leaves the work to modules that are tested."""
import sys

from awsglue.utils import getResolvedOptions

from orders import total


def main(arguments):
    # Glue passes options of its own as well.
    options = getResolvedOptions(arguments, ["amounts"])
    print(total([int(amount) for amount in options["amounts"].split(",")]))


if __name__ == "__main__":
    main(sys.argv)
