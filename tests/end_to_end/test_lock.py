from __future__ import annotations

import json
import subprocess


def test_the_lock_belongs_to_the_tree_that_it_is_committed_with(fresh_copy):
    asked = [".venv/bin/dvc", "status", "--json"]
    said = subprocess.run(asked, cwd=fresh_copy, capture_output=True, text=True, check=True).stdout
    assert json.loads(said), "every output is missing in a fresh copy"
    assert "modified" not in said
    assert "changed command" not in said
