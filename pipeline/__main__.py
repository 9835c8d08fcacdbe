"""What a chemist asks at the command line: `python -m pipeline`."""

from __future__ import annotations

from pipeline.commands.program import NAME, program

if __name__ == "__main__":
    program()(prog_name=NAME)
