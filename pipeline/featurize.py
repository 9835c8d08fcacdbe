"""Stage 2: records.parquet → features.parquet and feature_dictionary.csv."""

from __future__ import annotations

from dataclasses import asdict

import pandas as pd

from features import dictionary, featurize
from pipeline.common import layout
from pipeline.common.files import read_parquet, write_csv, write_parquet
from pipeline.common.stage import run, say
from pipeline.records import load_vocabulary


def main() -> None:
    """Describe every record; columns that say the same of all of them are left out, and the dictionary says so."""
    records = read_parquet(layout.RECORDS)
    library = load_vocabulary(layout.COMPONENTS).library
    features = featurize(records, library)
    varying = [name for name in features.columns if features[name].nunique(dropna=False) > 1]
    described = pd.DataFrame([asdict(feature) for feature in dictionary(library)])
    described["is_used"] = described["name"].isin(varying)
    described["n_known"] = [int(features[name].notna().sum()) for name in described["name"]]
    described["smallest"] = [features[name].min() for name in described["name"]]
    described["largest"] = [features[name].max() for name in described["name"]]
    write_csv(layout.FEATURE_DICTIONARY, described)
    write_parquet(layout.FEATURES, pd.concat([records[["record_id", "work_id"]], features[varying]], axis=1))
    say(f"featurize: {len(features)} records, {len(varying)} features that vary of {len(described)} described")


if __name__ == "__main__":
    run("featurize", main)
