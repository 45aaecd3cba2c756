"""Builds the package with CMake, from the source tree that it is in: the extension over libznn, and the program znn.

setuptools calls this for `pip install .`; pyproject.toml has the rest.  The extension uses only the limited ABI of
Python 3.9, so one wheel serves all later versions.
"""

import os
import re
import subprocess
import sys

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(SOURCE, "build", "python")  # nothing is left elsewhere in the source tree


def version() -> str:
    with open(os.path.join(SOURCE, "include", "znn.h"), encoding="utf-8") as header:
        numbers = re.findall(r"#define ZNN_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)", header.read())
    return ".".join(numbers)


class BuildWithCMake(build_ext):
    """Configures and builds in the temporary folder of setuptools, and installs into its folder for the wheel."""

    def build_extension(self, ext):
        build = os.path.abspath(self.build_temp)
        package = os.path.dirname(os.path.abspath(self.get_ext_fullpath(ext.name)))
        self.cmake(
            "-S",
            SOURCE,
            "-B",
            build,
            "-DCMAKE_BUILD_TYPE=Release",
            "-DZNN_PYTHON=ON",
            f"-DPython3_EXECUTABLE={sys.executable}",
            "-DZNN_PYTHON_DIR=.",
            *os.environ.get("ZNN_CMAKE_ARGS", "").split(),
        )
        self.cmake("--build", build, "--target", "znn", "znn_python", "--parallel", str(os.cpu_count() or 1))
        self.cmake("--install", build, "--component", "python", "--prefix", os.path.dirname(package))

    def cmake(self, *args):
        try:
            subprocess.run(["cmake", *args], check=True)
        except FileNotFoundError:
            sys.exit("znn is built with CMake, which is not installed")

    def get_ext_filename(self, fullname):
        return os.path.join(*fullname.split(".")) + ".abi3.so"


os.makedirs(BUILD, exist_ok=True)
setup(
    version=version(),
    ext_modules=[Extension("znn._znn", sources=[], py_limited_api=True)],
    cmdclass={"build_ext": BuildWithCMake},
    options={
        "bdist_wheel": {"py_limited_api": "cp39"},
        "build": {"build_base": BUILD},
        "egg_info": {"egg_base": BUILD},
    },
)
