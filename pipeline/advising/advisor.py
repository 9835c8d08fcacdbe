"""Who answers what is asked of a mixture: models, vocabulary and measured records, loaded once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from features import Library, featurize
from pipeline.learning import CONDUCTIVITY, Domain, Ensemble, Floats, most_similar
from pipeline.records import Vocabulary, is_believed
from pipeline.screening import Models, describe, predictions

Mixture = dict[str, Any]
"""The cells of one mixture by column name, as `RowReader.read_mixture` gives them."""
_N_BACKGROUND = 40
_PUBLIC = "public"


@dataclass(frozen=True)
class Neighbour:
    """A measured record behind a prediction.

    Attributes:
        record_id: Its id.
        similarity: Share of the model's trees that treat it as they treat the mixture.
        measured: Mixture, value, temperature, citation and place in one line.
    """

    record_id: str
    similarity: float
    measured: str


@dataclass(frozen=True)
class Advisor:
    """What is needed to answer questions about a mixture.

    Attributes:
        models: Ensembles and manifests by target, that of the conductivity among them.
        vocabulary: What names mean.
        records: The table of records, one row each.
    """

    models: Models
    vocabulary: Vocabulary
    records: pd.DataFrame

    @property
    def library(self) -> Library:
        """Describes components."""
        return self.vocabulary.library

    @property
    def ensemble(self) -> Ensemble:
        """The model of the conductivity."""
        return self.models[CONDUCTIVITY.name][0]

    @property
    def confidence(self) -> float:
        """Nominal coverage of the intervals."""
        return float(self.models[CONDUCTIVITY.name][1]["confidence"])

    @cached_property
    def domain(self) -> Domain:
        """What the model of the conductivity knows."""
        return Domain.from_dict(self.models[CONDUCTIVITY.name][1]["domain"])

    @cached_property
    def by_id(self) -> pd.DataFrame:
        """The records under their ids."""
        return self.records.set_index("record_id", drop=False)

    @cached_property
    def measured(self) -> pd.DataFrame:
        """Records of the literature and the lab whose conductivity is believed."""
        is_named = (self.records["origin"] != _PUBLIC) & is_believed(self.records, "conductivity_S_cm")
        return self.records[is_named].reset_index(drop=True)

    @cached_property
    def background(self) -> pd.DataFrame:
        """Measured composites, evenly spread over their conductivities: what a mixture is compared with."""
        composites = self.measured[(self.measured["polymer"] != "") & (self.measured["filler"] != "")]
        ordered = composites.sort_values(["conductivity_S_cm", "record_id"], ignore_index=True)
        places = np.linspace(0, len(ordered) - 1, min(_N_BACKGROUND, len(ordered))).round().astype(int)
        return ordered.iloc[places].reset_index(drop=True)

    def describe(self, mixtures: pd.DataFrame) -> pd.DataFrame:
        """Return the features of n mixtures."""
        return featurize(mixtures, self.library)

    def conductivity(self, mixtures: pd.DataFrame) -> Floats:
        """Predict log₁₀ of the conductivity in S/cm of n mixtures, shape (n,)."""
        return self.ensemble.predict(self.describe(mixtures))

    def predict(self, mixtures: pd.DataFrame) -> pd.DataFrame:
        """Predict every target of n mixtures with its interval, and say how far each is known.

        Returns:
            n rows as `screening.predictions` gives them.
        """
        return predictions(mixtures, self.describe(mixtures), self.models, self.library)

    def nearest(self, mixture: Mixture, n_nearest: int) -> list[Neighbour]:
        """Return the measured records that the model treats most alike, most similar first."""
        references = self.ensemble.references
        positions, similarities = most_similar(
            self.ensemble.leaves(self.describe(pd.DataFrame([mixture]))),
            self._reference_leaves,
            min(n_nearest, len(references)),
        )
        ids: Sequence[Any] = references.index[positions[0]].tolist()
        return [
            Neighbour(str(name), float(share), describe(self.by_id.loc[name]))
            for name, share in zip(ids, similarities[0], strict=True)
        ]

    @cached_property
    def _reference_leaves(self) -> Any:
        return self.ensemble.leaves(self.ensemble.references)
