"""`python3 -m helpers …`: the course's commands; what they do is in `launcher/`."""

import sys

from launcher.command_line import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
