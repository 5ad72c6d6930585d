"""The words of this project as frozen dataclasses: what is stored, and what is answered.

These same classes validate, encode to JSON and generate the OpenAPI document: there are no
twins of them elsewhere. `None` always means "not there"; a missing score is never 0.
"""

from lattice.model.answers import (
    Cell,
    Delta,
    Effect,
    Grid,
    GridRow,
    LatticeDetail,
    LatticeSummary,
    Move,
    MoveKind,
    Pair,
    PairPage,
    SetDetail,
    SetPage,
    SetPreview,
    Status,
    Subgraph,
    TrainingSet,
)
from lattice.model.imports import (
    ImportedResults,
    ImportReport,
    OpenQuestion,
    ReadMeasure,
)
from lattice.model.neighborhoods import (
    MissingNeighbor,
    Neighbor,
    Neighborhood,
)
from lattice.model.paths import (
    Objective,
    Path,
    PathStep,
)
from lattice.model.stored import (
    DataObject,
    Direction,
    Domain,
    EvaluationSet,
    Measure,
    Metric,
    OnConflict,
    Origin,
    Protocol,
    ReplicateKind,
    ResultSet,
    SourceFile,
)

__all__ = [
    "Cell",
    "DataObject",
    "Delta",
    "Direction",
    "Domain",
    "Effect",
    "EvaluationSet",
    "Grid",
    "GridRow",
    "ImportReport",
    "ImportedResults",
    "LatticeDetail",
    "LatticeSummary",
    "Measure",
    "Metric",
    "MissingNeighbor",
    "Move",
    "MoveKind",
    "Neighbor",
    "Neighborhood",
    "Objective",
    "OnConflict",
    "OpenQuestion",
    "Origin",
    "Pair",
    "PairPage",
    "Path",
    "PathStep",
    "Protocol",
    "ReadMeasure",
    "ReplicateKind",
    "ResultSet",
    "SetDetail",
    "SetPage",
    "SetPreview",
    "SourceFile",
    "Status",
    "Subgraph",
    "TrainingSet",
]
