from __future__ import annotations

import pandas as pd

from pipeline.common import layout
from pipeline.reporting import ranking_column, worksheet_column


def test_every_column_of_every_ranking_and_worksheet_says_what_it_holds(finished):
    for folder, describe in ((layout.RANKINGS, ranking_column), (layout.RANKINGS / "batches", worksheet_column)):
        paths = sorted((finished / folder).glob("*.csv"))
        assert paths
        for path in paths:
            columns = pd.read_csv(path, nrows=0).columns
            assert [name for name in columns if not describe(name).meaning] == [], path
