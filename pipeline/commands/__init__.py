"""The commands of `python -m pipeline`: a module each, which reads what is asked, calls a room, and shows the answer.

What takes long to import is imported where a command runs, so that `--help` answers at once.
"""
