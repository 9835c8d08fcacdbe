"""What `python -m pipeline.featurize` says of records from which nothing can be learned."""

from pathlib import Path

import pytest

from pipeline import featurize
from pipeline.common.errors import UserError

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("n", [1, 2])
def test_records_that_no_feature_tells_apart_are_refused_with_the_remedy_and_nothing_is_written(
    n, records, monkeypatch
):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(featurize, "read_records", lambda _: records.head(n))
    for name in ("write_csv", "write_parquet"):
        monkeypatch.setattr(featurize, name, lambda *_: pytest.fail("it wrote"))
    with pytest.raises(UserError, match=rf"no feature tells the {n} records apart.*add records.*min_different_rows"):
        featurize.main()
