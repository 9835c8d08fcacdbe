import numpy as np
import pandas as pd
import pytest
import yaml

from features import INPUT_COLUMNS, featurize
from pipeline.records.reading import RowReader
from pipeline.screening import Space, load_campaign

N_CANDIDATES = 1000


def written_as_a_row(candidate):
    """Write a candidate into the cells of a raw file."""
    return {
        "polymer": candidate["polymer"],
        "salt": candidate["salt"],
        "filler": candidate["filler"],
        "filler_amount": f"{100 * candidate['filler_wt_fraction']:.6g}",
        "filler_unit": "wt%",
        "salt_ratio": repr(candidate["salt_ratio"]),
        "salt_ratio_unit": candidate["salt_ratio_unit"],
        "particle_size_nm": repr(candidate["particle_size_nm"]),
        "architecture": candidate["architecture_tags"],
        "additives": candidate["additives"],
        "temperature_C": repr(candidate["temperature_C"]),
    }


def some_of(generator, names, n):
    return sorted(str(name) for name in generator.choice(sorted(names), n, replace=False))


@pytest.mark.parametrize(("part", "temperature"), [(0, -20.0), (1, 25.0), (2, 60.5)])
def test_a_candidate_has_bit_for_bit_the_features_of_the_record_of_its_mixture(tmp_path, vocabulary, part, temperature):
    library, generator = vocabulary.library, np.random.default_rng(int(temperature) + 100)
    polymers = [*some_of(generator, library.polymers, 25), "PVDF + PEO", "PEO:0.7 + PAN:0.3", "*OCC*"]
    asked = {
        "question": "Is a candidate a record?",
        "temperature_C": temperature,
        "polymers": polymers,
        "salts": [*some_of(generator, library.salts, 8), "none", "LiTFSI + LiClO4"],
        "fillers": [*some_of(generator, library.fillers, 25), "SiO2:0.2 + LLZO:0.8", "Li6.5La3Zr1.5Ta0.5O12"],
        "filler_wt_fractions": (generator.choice(np.arange(1, 1000), 40, replace=False) / 1000).tolist(),
        "salt_ratio": {
            "value": generator.uniform(5, 30, 6).round(2).tolist(),
            "unit": ["EO:Li", "wt%", "mol/kg"][part],
        },
        "particle_size_nm": generator.integers(5, 500, 5).astype(float).tolist(),
        "additives": ["none", *some_of(generator, library.additives, 6), {"use": "SN", "tags": "plasticised"}],
        "architectures": {
            f"way {k}": {
                "tags": ";".join(some_of(generator, library.tags, k % 4)),
                "additives": ";".join(some_of(generator, library.additives, k % 3)),
            }
            for k in range(20)
        },
    }
    path = tmp_path / "campaign.yaml"
    path.write_text(yaml.safe_dump(asked))
    space = Space.of(load_campaign(path, vocabulary))
    candidates = space.mixtures(generator.integers(0, space.size, N_CANDIDATES))
    assert len(candidates.drop_duplicates()) > 0.99 * N_CANDIDATES

    reader = RowReader("candidates.csv", vocabulary)
    readings = [reader.read_mixture(k, written_as_a_row(row)) for k, row in enumerate(candidates.to_dict("records"))]
    assert not [problem for reading in readings for problem in reading.problems]
    records = pd.DataFrame([reading.record for reading in readings])

    of_candidates, of_records = (featurize(table[list(INPUT_COLUMNS)], library) for table in (candidates, records))
    differing = [
        name for name in of_records if of_candidates[name].to_numpy().tobytes() != of_records[name].to_numpy().tobytes()
    ]
    assert differing == []
    assert of_records.nunique().gt(1).sum() > 100
