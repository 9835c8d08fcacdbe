"""Why mixtures are predicted to conduct as they do: `python -m pipeline.explain --input mixtures.csv`."""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from features import RECIPROCAL_TEMPERATURE, Feature, dictionary, featurize
from pipeline.common import layout
from pipeline.common.errors import UserError
from pipeline.common.files import read_parquet, read_table, write_json
from pipeline.common.stage import run, say
from pipeline.learning import (
    BASE,
    CONDUCTIVITY,
    Domain,
    Ensemble,
    by_block,
    contributions,
    counterfactuals,
    judge_domain,
    load_all,
    most_similar,
    possible_changes,
    strongest,
)
from pipeline.records import COMPOSITION, RowReader, Vocabulary, load_vocabulary, require_columns
from pipeline.screening import describe

_N_NEAREST = 5
_N_STRONGEST = 3
_LEAST_SHOWN = 0.005
_N_SHOWN = 3
"""Changes of one kind that are shown; the JSON holds all of them."""
Found = dict[str, Any]


@dataclass(frozen=True)
class Explainer:
    """What explains predictions of the conductivity.

    Attributes:
        ensemble: The model.
        domain: What it knows.
        confidence: Nominal coverage of the intervals.
        records: Measured records, by id.
        vocabulary: What names mean.
    """

    ensemble: Ensemble
    domain: Domain
    confidence: float
    records: pd.DataFrame
    vocabulary: Vocabulary

    def explain(self, mixture: dict[str, Any]) -> Found:
        """Return all that is said of one mixture, as JSON can hold it.

        Args:
            mixture: Its cells as `RowReader.read_mixture` gives them.
        """
        table = pd.DataFrame([mixture])
        features = featurize(table, self.vocabulary.library)
        lower, upper = self.ensemble.interval(features, self.confidence)
        judged = self._judge(table).iloc[0].to_dict()
        changes = list(possible_changes(mixture, self.domain, self.vocabulary.library))
        changed = counterfactuals(mixture, changes, self._predict, self._judge)
        return {
            "mixture": in_words(mixture),
            CONDUCTIVITY.name: float(self.ensemble.predict(features)[0]),
            "lower": float(lower[0]),
            "upper": float(upper[0]),
            "confidence": self.confidence,
            "domain": judged,
            "adds": self._adds(features),
            "nearest": self._nearest(features),
            "changes": changed.to_dict("records"),
        }

    def _adds(self, features: pd.DataFrame) -> Found:
        """Return what the mean and each block add to the prediction, and which features of a block add most."""
        described = {feature.name: feature for feature in dictionary(self.vocabulary.library)}
        blocks = {name: feature.block for name, feature in described.items()}
        read = self.ensemble.columns(features)
        added = contributions(self.ensemble.model, read)
        total = by_block(added, blocks).iloc[0]
        leading = strongest(added.iloc[0], blocks, _N_STRONGEST)
        found: Found = {BASE: float(total[BASE])}
        for block in total.index.drop(BASE):
            rows = leading.get(block, pd.Series(dtype=float))
            found[block] = {
                "total": float(total[block]),
                "strongest": [
                    {"feature": name, "words": _feature_in_words(name, float(read[name].iloc[0]), described), "adds": x}
                    for name, x in zip(map(str, rows.index), rows.tolist(), strict=True)
                ],
            }
        return found

    def _nearest(self, features: pd.DataFrame) -> list[Found]:
        references = self.ensemble.references
        n_nearest = min(_N_NEAREST, len(references))
        positions, similarities = most_similar(
            self.ensemble.leaves(features), self.ensemble.leaves(references), n_nearest
        )
        ids = references.index[positions[0]]
        return [
            {"record_id": str(name), "similarity": float(similarity), "measured": describe(self.records.loc[name])}
            for name, similarity in zip(ids, similarities[0], strict=True)
        ]

    def _predict(self, mixtures: pd.DataFrame) -> Any:
        return self.ensemble.predict(featurize(mixtures, self.vocabulary.library))

    def _judge(self, mixtures: pd.DataFrame) -> pd.DataFrame:
        library, ensemble = self.vocabulary.library, self.ensemble
        located, references = ensemble.located(featurize(mixtures, library)), ensemble.located(ensemble.references)
        return judge_domain(self.domain, mixtures, located, references, library)


def in_words(mixture: dict[str, Any]) -> str:
    """Write a mixture in one line: "PEO / LLZTO 10 wt%, LiTFSI, particles, 30 °C"."""
    filler = f"{mixture['filler']} {mixture.get('filler_amount', '')}".strip()
    phases = " / ".join(part for part in (mixture["polymer"], filler) if part)
    tags = mixture["architecture_tags"].replace("_", " ").replace(";", ", ")
    degrees = mixture["temperature_C"]
    temperature = f"{degrees:g} °C" if math.isfinite(degrees) else "temperature not stated"
    additives = mixture["additives"].replace(";", ", ")
    return ", ".join(part for part in (phases, mixture["salt"], tags, additives, temperature) if part)


def _feature_in_words(name: str, value: float, described: dict[str, Feature]) -> str:
    feature = described.get(name)
    meaning = feature.meaning.split(":")[0] if feature else name.replace("_", " ")
    if not math.isfinite(value):
        return f"{meaning}: not known"
    if name == RECIPROCAL_TEMPERATURE.name:
        return f"{1000 / value - 273.15:.0f} °C".replace("-", "−")
    if feature and feature.unit == "0/1":
        return f"{meaning}: {'yes' if value else 'no'}"
    unit = f" {feature.unit}" if feature and feature.unit != "1" else ""
    return f"{meaning}: {f'{value:.3g}'.replace('-', '−')}{unit}"


def as_text(found: Found) -> str:
    """Write what was found of one mixture as text that a chemist reads."""
    if found["problems"]:
        return "\n".join([f"row {found['row']}: not explained", *(f"    {problem}" for problem in found["problems"])])
    adds, judged = found["adds"], found["domain"]
    lines = [
        f"row {found['row']}: {found['mixture']}",
        f"  log₁₀ of the conductivity in S/cm: {_plain(found[CONDUCTIVITY.name])}, "
        f"{100 * found['confidence']:g} % interval {_plain(found['lower'])} to {_plain(found['upper'])}",
        f"  {judged['verdict']}: {judged['reason']}",
        f"  what adds to the mean of {_plain(adds[BASE])}, in decades:",
    ]
    blocks = {block: part for block, part in adds.items() if block != BASE}
    for block, part in sorted(blocks.items(), key=lambda item: -abs(item[1]["total"])):
        lines.append(f"    {_signed(part['total'])}  {block}")
        told = [one for one in part["strongest"] if abs(one["adds"]) >= _LEAST_SHOWN]
        lines += [f"             {_signed(one['adds'])}  {one['words']}" for one in told]
    lines.append("  measured records that the model treats most alike, by the share of its trees that do:")
    lines += [f"    {100 * one['similarity']:.0f} %  {one['measured']}" for one in found["nearest"]]
    lines.append("  with one thing changed, in decades:")
    lines += [f"    {_change_in_words(change)}" for change in _shown(found["changes"])]
    if not found["changes"]:
        lines.append("    nothing that could be changed moves the prediction")
    return "\n".join(lines)


def _shown(changes: list[Found]) -> list[Found]:
    """Return the largest changes of each kind, in the order in which they came."""
    table = pd.DataFrame(changes, columns=["kind"])
    return [change for change, place in zip(changes, table.groupby("kind").cumcount(), strict=True) if place < _N_SHOWN]


def _change_in_words(change: Found) -> str:
    mark = f" (leads to the {change['verdict']} of what was measured)" if change["is_less_known"] else ""
    return f"{_signed(change['difference'])}  {change['words']}{mark}"


def _signed(number: float) -> str:
    return f"{number:+.2f}".replace("-", "−")


def _plain(number: float) -> str:
    return _signed(number).removeprefix("+")


def main() -> None:
    """Read the mixtures, explain each, print it."""
    arguments = _arguments()
    table = read_table(arguments.input)
    require_columns(arguments.input, table, COMPOSITION)
    if arguments.row is not None:
        if arguments.row not in table.index:
            raise UserError(f"{arguments.input}: no mixture in row {arguments.row}; the header is row 1")
        table = table.loc[[arguments.row]]
    found = explain(table, str(arguments.input), _explainer())
    if arguments.output:
        write_json(arguments.output, found)
    say(json.dumps(found, indent=2, ensure_ascii=False) if arguments.json else "\n\n".join(map(as_text, found)))


def explain(table: pd.DataFrame, name: str, explainer: Explainer) -> list[Found]:
    """Explain every row of a table of mixtures.

    Args:
        table: n rows of text with at least the columns of `COMPOSITION`, by row number.
        name: The file's name, for messages.
        explainer: Explains one.

    Returns:
        For each row `row`, `problems` in words and, where there are none, what `Explainer.explain` returns.
    """
    reader = RowReader(name, explainer.vocabulary)
    found: list[Found] = []
    for number, row in table.iterrows():
        reading = reader.read_mixture(int(str(number)), dict(row))
        problems = [f"{problem.column}: {problem.reason}" for problem in reading.problems]
        explained = {} if problems else explainer.explain(reading.record)
        found.append({"row": int(str(number)), "problems": problems, **explained})
    return found


def _explainer() -> Explainer:
    ensemble, manifest = load_all(layout.MODELS)[CONDUCTIVITY.name]
    records = read_parquet(layout.RECORDS).set_index("record_id", drop=False)
    vocabulary = load_vocabulary(layout.COMPONENTS)
    return Explainer(ensemble, Domain.from_dict(manifest["domain"]), manifest["confidence"], records, vocabulary)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.explain",
        description="Say why mixtures are predicted to conduct as they do, and what would change it.",
        epilog="The input has the columns of data/raw/lab/examples/mixtures.csv.",
    )
    parser.add_argument("--input", type=Path, required=True, help="CSV with one mixture a row")
    parser.add_argument("--row", type=int, help="explain this row alone, as a spreadsheet numbers it (the header is 1)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    parser.add_argument("--output", type=Path, help="JSON to write as well")
    return parser.parse_args()


if __name__ == "__main__":
    run("explain", main)
