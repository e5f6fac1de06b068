"""Makes the plain Python part of the addon importable alone, as package ``amazon``, and gives Amazon's models."""

import json
import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "hemi_amazon_sp"))


@pytest.fixture(scope="session")
def spapi():
    """Read a file of Amazon's models and schemas, by its path under the folder of SPAPI_MODELS."""
    folder = os.environ.get("SPAPI_MODELS")
    if not folder:
        pytest.skip("SPAPI_MODELS is not set: it names the folder with Amazon's models/ and schemas/")
    return lambda path: json.loads((Path(folder) / path).read_text())
