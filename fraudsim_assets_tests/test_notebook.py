"""The notebook of the examples runs from top to bottom on the built wheel, and finds fraud."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

NEED = "pip install '.[evaluation,notebook]'"
nbformat = pytest.importorskip("nbformat", reason=NEED)
nbclient = pytest.importorskip("nbclient", reason=NEED)
pytest.importorskip("ipykernel", reason=NEED)
pytest.importorskip("matplotlib", reason=NEED)
pytest.importorskip("sklearn", reason=NEED)

ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / "examples" / "first_model.ipynb"
SECONDS = 900


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The package as its wheel installs it, without what it depends on."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode and "hatchling" in done.stderr:
        pytest.skip("hatchling, which builds the wheel, cannot be had: no package index is reachable")
    assert done.returncode == 0, done.stderr
    return folder


def test_the_notebook_runs_from_the_wheel_to_its_curves(installed, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(installed))
    for name in [name for name in os.environ if name.startswith("FRAUDSIM_")]:
        monkeypatch.delenv(name)
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells), "outputs are made, never kept"
    where = nbformat.v4.new_code_cell("import fraudsim_assets\nfraudsim_assets.__file__")
    notebook.cells.append(where)
    client = nbclient.NotebookClient(notebook, timeout=SECONDS, resources={"metadata": {"path": str(tmp_path)}})
    client.execute()
    assert ast.literal_eval(told(where)).startswith(str(installed))
    curves = notebook.cells[-2]
    assert any("image/png" in output.get("data", {}) for output in curves.outputs)
    scores = ast.literal_eval(told(curves).replace("np.float64", ""))
    assert 0.75 < scores["roc_auc"] <= 1.0
    assert scores["average_precision"] > 5 * scores["share_of_fraud"]


def told(cell):
    """What the last line of a cell gives."""
    return next(o.data["text/plain"] for o in cell.outputs if o.output_type == "execute_result")
