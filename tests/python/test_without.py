"""The package works without NumPy, ml_dtypes, torch and fsspec; and the program that it brings."""

import os
import re
import subprocess
import sys

import pytest

import znn

from conftest import SANITIZED

BLOCKED = """
import sys
for name in ("numpy", "ml_dtypes", "torch", "fsspec", "numcodecs", "safetensors"):
    sys.modules[name] = None
import znn
"""


def run(code, *args):
    result = subprocess.run(
        [sys.executable, "-c", BLOCKED + code, *map(str, args)], capture_output=True, text=True, timeout=120
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_all_but_arrays(model_path, packed_path):
    output = run(
        """
model = open(sys.argv[1], "rb").read()
assert znn.decompress(znn.compress(model)) == model
with znn.open(sys.argv[2]) as file:
    assert file.read() == model
    for name in file:
        info = file.info(name)
        out = bytearray(info.size)
        assert file.get(name, out=out) is out
        assert out == model[info.offset : info.offset + info.size]
    try:
        file[name]
    except ImportError as error:
        print("ImportError:", error)
""",
        model_path,
        packed_path,
    )
    assert output.startswith("ImportError: tensors as arrays need NumPy")


def test_importing_is_cheap():
    """Nothing optional is imported before it is needed."""
    code = "import sys, znn; print([m for m in ('numpy', 'ml_dtypes', 'torch', 'fsspec', 'json') if m in sys.modules])"
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert output.strip() in ("[]", "['json']")


@pytest.mark.skipif(SANITIZED, reason="the program has a sanitizer of its own")
def test_program():
    program = os.path.join(os.path.dirname(znn.__file__), "bin", "znn")
    if not os.path.exists(program):
        pytest.skip("the program was not built")
    output = subprocess.run(
        [sys.executable, "-m", "znn", "--version"], capture_output=True, text=True, check=True
    ).stdout
    assert re.match(rf"znn {re.escape(znn.__version__)}\b", output)
    assert subprocess.run([sys.executable, "-m", "znn", "--nonsense"], capture_output=True).returncode == 2


def test_help():
    """Everything public has a docstring."""
    for name in znn.__all__:
        thing = getattr(znn, name)
        assert thing.__doc__, name
        if isinstance(thing, type):
            for attribute, value in vars(thing).items():
                if callable(value) and not attribute.startswith("_") and thing.__module__ == "znn":
                    inherited = any(hasattr(base, attribute) for base in thing.__mro__[1:])
                    assert value.__doc__ or inherited, f"{name}.{attribute}"


@pytest.mark.skipif(SANITIZED, reason="mypy would take too long")
def test_types():
    mypy = pytest.importorskip("mypy.api")
    folder = os.path.dirname(os.path.realpath(os.path.join(os.path.dirname(znn.__file__), "py.typed")))
    config = os.path.join(os.path.dirname(folder), "pyproject.toml")
    if not os.path.exists(config):
        pytest.skip("installed without its sources")
    out, err, code = mypy.run(["--config-file", config, "--cache-dir", os.devnull, folder])
    assert code == 0, out + err
