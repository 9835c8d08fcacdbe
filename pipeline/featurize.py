"""Stage 2: records.parquet → features.parquet and feature_dictionary.csv."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pandas as pd

from features import dictionary, featurize, why_left_out
from pipeline.common import layout
from pipeline.common.errors import UserError
from pipeline.common.files import write_csv, write_parquet
from pipeline.common.settings import load_settings
from pipeline.common.stage import run_stage, say
from pipeline.records import load_vocabulary, read_records

NO_HELP = "describes only, since no model was better with it (docs/MODELS.md)"


def main() -> None:
    """Describe every record; the dictionary says which columns models read, and why not the others."""
    settings = load_settings().featurize
    records = read_records(layout.RECORDS)
    library = load_vocabulary(layout.COMPONENTS).library
    features = featurize(records, library)
    described = pd.DataFrame([asdict(feature) for feature in dictionary(library)])
    reasons = why_left_out(features.to_numpy(np.float64), settings.min_different_rows)
    described["why_not_used"] = np.where(described["is_learned"], reasons, NO_HELP)
    described["is_used"] = described["why_not_used"] == ""
    described["n_known"] = features.notna().sum().to_numpy()
    described["smallest"], described["largest"] = features.min().to_numpy(), features.max().to_numpy()
    if not described["is_used"].any():
        raise UserError(
            f"no feature tells the {len(records)} records apart: too few, or too much alike, to learn from; "
            f"add records (docs/DATA.md), or lower `featurize: min_different_rows` in {layout.PARAMS}"
        )
    write_csv(layout.FEATURE_DICTIONARY, described)
    write_parquet(layout.FEATURES, pd.concat([records[["record_id", "work_id"]], features], axis=1))
    n_used = int(described["is_used"].sum())
    say(f"featurize: {len(features)} records, {n_used} of {features.shape[1]} features are learned from")


if __name__ == "__main__":
    run_stage("featurize", main, [layout.FEATURES, layout.FEATURE_DICTIONARY])
