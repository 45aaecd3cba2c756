"""The examples in Python on the pages of the manual, each as it stands there."""

import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

import znn

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PAGES = [SOURCE / "README.md", SOURCE / "man" / "guide" / "python.md"]
TEXT = "".join(page.read_text(encoding="utf-8") for page in PAGES)
BLOCKS = re.findall(r"(?:<!-- needs: (\w+) -->\n)?```python\n(.*?)```", TEXT, re.S)


@pytest.mark.parametrize("needs, code", BLOCKS, ids=lambda value: (value or "").split("\n")[0])
def test_example(needs, code, model_path, tmp_path):
    for name in [needs, *re.findall(r"^import (\w+)", code, re.M)]:
        if name:
            pytest.importorskip(name)
    shutil.copy(model_path, tmp_path / "model.safetensors")
    znn.compress_file(model_path, tmp_path / "model.znn")
    environment = {**os.environ, "PYTHONPATH": os.path.dirname(os.path.dirname(os.path.abspath(znn.__file__)))}
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr


def test_there_are_examples():
    assert len(BLOCKS) >= 8
