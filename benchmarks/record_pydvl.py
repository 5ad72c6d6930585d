"""Write down what pyDVL computes from bundled tables: `python -m benchmarks.record_pydvl`.

Tests compare with the record, since pyDVL needs NumPy 1 and cannot be installed beside the project.
Install it first: `make .venv/pydvl/.installed`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import lattice
from benchmarks.values import CASES, ROOT, peer, table
from lattice.resources import bundled_manifests

RECORD = ROOT / "tests/results/pydvl/values.json"


def main() -> None:
    """Import the results, ask pyDVL, write its values and its version."""
    record = []
    with TemporaryDirectory() as folder, lattice.create(f"{folder}/real.db") as database:
        database.import_files(
            [*bundled_manifests(), ROOT / "tests/results/adult-n14/manifest.toml"]
        )
        with peer() as pydvl:
            if pydvl is None:
                sys.exit("No pyDVL in .venv/pydvl: run make .venv/pydvl/.installed")
            for case in CASES:
                values = pydvl.values(table(database[case.lattice], case).scores)["values"]
                record.append({"lattice": case.lattice, "measure": case.measure, "shapley": values})
    python = Path(sys.prefix) / "pydvl/bin/python"
    asked = "from importlib.metadata import version; print(version('pyDVL'))"
    version = subprocess.run([python, "-c", asked], capture_output=True, text=True, check=True)
    RECORD.parent.mkdir(exist_ok=True)
    RECORD.write_text(
        json.dumps({"pyDVL": version.stdout.strip(), "values": record}, indent=1) + "\n"
    )


if __name__ == "__main__":
    main()
