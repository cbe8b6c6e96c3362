"""What is said about a data set: a card for people (README.md), and Croissant metadata for machines.

The head of the card names splits and files, by which ``load_dataset`` of Hugging Face reads the folder.

Belongs here: words and metadata. Does not belong here: the files (``datasets``), and working out scores.

References
----------
.. [1] Pushkarna, Zaldivar, Kjartansson, "Data Cards", ACM FAccT 2022. :doi:`10.1145/3531146.3533231`
.. [2] Croissant format specification 1.0, MLCommons, 2024.
"""

import json
from collections.abc import Mapping
from typing import Any

import polars as pl

from fraudsim_assets.config.provenance import package_version
from fraudsim_assets.exports.datasets import Made, MadePart
from fraudsim_assets.exports.view import UNNAMED

CARD, METADATA = "README.md", "croissant.json"
"""Names of the two files."""

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
"""Of the data: names of cities come from GeoNames, which has the same."""

Scores = Mapping[str, Mapping[str, float]]

_MEDIA = {"parquet": "application/x-parquet", "csv": "text/csv"}
_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""The context that the specification prescribes."""


def write_card(made: Made, scores: Scores | None) -> None:
    """Write the card and the metadata beside the files.

    Parameters
    ----------
    made
        The data set.
    scores
        Baseline scores by detector; None where none were worked out.
    """
    (made.folder / CARD).write_text(data_card(made, scores), encoding="utf-8")
    (made.folder / METADATA).write_text(json.dumps(croissant(made), indent=1) + "\n", encoding="utf-8")


def data_card(made: Made, scores: Scores | None) -> str:
    """The card in Markdown, with the head that Hugging Face reads."""
    chosen, config = made.dataset, made.world.config
    rows, frauds = (sum(getattr(part, name) for part in made.parts) for name in ("rows", "frauds"))
    splits = "".join(f"      - split: {part.part.split}\n        path: {part.part.file}\n" for part in made.parts)
    files = "\n".join(
        f"| `{part.part.file}` | {part.part.start} to {part.part.end} | {part.rows:,} | {part.frauds:,} |"
        for part in made.parts
    )
    return f"""---
pretty_name: {chosen.title}
license: cc-by-4.0
tags: [fraud-detection, payments, synthetic, tabular]
configs:
  - config_name: default
    data_files:
{splits}---

# {chosen.title}

{chosen.purpose}

Synthetic: no person, card, merchant or payment in it exists, and none was made from a real one. Made by
`fraudsim_assets` {package_version()}; anybody makes the same content again, and compares the digest, with

```
fraudsim dataset make {chosen.name} FOLDER{_asked(made.scale)}
```

| | |
|---|---|
| Rows, fraudulent | {rows:,}, {frauds:,} ({frauds / max(rows, 1):.3%}) |
| Shape | the view `{chosen.view}` of `fraudsim export`; docs/exports.md tells each column |
| World | `{chosen.config}`, seed {config.seed}, {config.population.customers:,} customers |
| Digest of the content | `{made.digest}` |
| Licence | [CC BY 4.0]({LICENCE}); cities from GeoNames (CC BY 4.0) |

| File | Days (UTC) | Rows | Fraud |
|---|---|---|---|
{files}

## Use

For learning, comparing and testing methods of fraud detection. What the file says of fraud is the truth, which no
bank has {_labels(chosen.view)}.
Not for estimates of how common fraud is, of losses, or of how people of some country spend: rates are settings, and
their sources are in the project's docs.

## Baseline

{_baseline(chosen.view, scores)}
"""


def _asked(scale: float) -> str:
    return "" if scale == 1.0 else f" --scale {scale:g}"


def _labels(view: str) -> str:
    if view != "model":
        return "when it decides"
    return "when it decides: learn from `known_fraud`, what the bank believed a week after those days"


def _baseline(view: str, scores: Scores | None) -> str:
    if scores is None:
        why = (
            "no scores are worked out in this shape" if view != "model" else "the extra `evaluation` was not installed"
        )
        return f"None: {why}."
    names = list(next(iter(scores.values())))
    head = (
        f"| learned from `known_fraud`, scored with `is_fraud` | {' | '.join(names)} |\n|{'---|' * (len(names) + 1)}\n"
    )
    lines = (f"| {name} | {' | '.join(f'{told[score]:.3f}' for score in names)} |" for name, told in scores.items())
    return head + "\n".join(lines) + "\n\nColumns of the row alone, without those of other rows of the card."


def croissant(made: Made) -> dict[str, Any]:
    """Croissant 1.0 metadata: the files with their checksums, and the columns of each split."""
    chosen = made.dataset
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": f"fraudsim-{chosen.name}",
        "description": f"{chosen.title}. {chosen.purpose} Synthetic; digest of the content {made.digest}.",
        "license": LICENCE,
        "version": package_version(),
        "citeAs": f"fraudsim_assets {package_version()}, data set {chosen.name}, digest {made.digest}",
        "distribution": [entry for part in made.parts for entry in _distribution(part)],
        "recordSet": [_records(part) for part in made.parts],
    }


def _distribution(part: MadePart) -> list[dict[str, Any]]:
    """Every file with its checksum, and files of days as a set besides."""
    files = [
        {
            "@type": "cr:FileObject",
            "@id": file.name,
            "name": file.name,
            "contentUrl": file.name,
            "contentSize": f"{file.size} B",
            "encodingFormat": _MEDIA[part.part.fmt],
            "sha256": file.sha256,
        }
        for file in part.files
    ]
    if not part.part.daily:
        return files
    days = {
        "@type": "cr:FileSet",
        "@id": _days(part),
        "name": _days(part),
        "encodingFormat": _MEDIA[part.part.fmt],
        "includes": part.part.file,
    }
    return [*files, days]


def _days(part: MadePart) -> str:
    return f"days-{part.part.split}"


def _records(part: MadePart) -> dict[str, Any]:
    split = part.part.split
    origin = {"fileSet": {"@id": _days(part)}} if part.part.daily else {"fileObject": {"@id": part.part.file}}
    return {
        "@type": "cr:RecordSet",
        "@id": split,
        "name": split,
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{split}/{name or UNNAMED}",
                "name": name or UNNAMED,
                "dataType": _kind(kind),
                "source": origin | {"extract": {"column": name or UNNAMED}},
            }
            for name, kind in part.schema.items()
        ],
    }


def _kind(kind: pl.DataType) -> str:
    if kind.is_integer():
        return "sc:Integer"
    if kind.is_float():
        return "sc:Float"
    if kind.is_temporal():
        return "sc:DateTime"
    return "sc:Boolean" if kind == pl.Boolean else "sc:Text"
