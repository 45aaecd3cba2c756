#!/usr/bin/env python3
"""The picture of a terminal in the README: what znn prints there about a real model.

    bench/picture.py PROGRAM MODEL > man/terminal.svg

The commands run on a pseudo terminal of 80 columns, and what they print is drawn as it is.
"""

import fcntl
import os
import pty
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
from xml.sax.saxutils import escape

COLUMNS = 80
CELL_WIDTH = 8.4
CELL_HEIGHT = 19
MARGIN = 16
COMMANDS = [
    "znn compress model.safetensors",
    "znn stat model.safetensors",
]


def run(command, directory, path):
    """What a command prints on a terminal, standard error included."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, COLUMNS, 0, 0))
    environment = {"PATH": path, "TERM": "xterm", "LC_ALL": "C.UTF-8"}
    process = subprocess.Popen(
        command.split(), cwd=directory, env=environment, stdin=slave, stdout=slave, stderr=slave
    )
    os.close(slave)
    output = b""
    while True:
        try:
            piece = os.read(master, 4096)
        except OSError:  # Linux says so at the end
            break
        if not piece:
            break
        output += piece
    if process.wait() != 0:
        sys.exit(f"{command}: {output.decode()}")
    lines = output.decode().replace("\r\n", "\n").split("\n")
    return [line.split("\x1b[K")[-1] for line in lines]  # without the progress that was wiped


def draw(lines):
    width = round(COLUMNS * CELL_WIDTH + 2 * MARGIN)
    height = len(lines) * CELL_HEIGHT + 2 * MARGIN
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}">'
    yield f'<rect width="{width}" height="{height}" rx="8" fill="#1e2127"/>'
    yield (
        '<g font-family="ui-monospace, DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14" '
        'fill="#d7dae0" xml:space="preserve">'
    )
    for number, line in enumerate(lines):
        if not line:
            continue
        y = MARGIN + number * CELL_HEIGHT + 14
        is_command = line.startswith("$ ")
        colour = ' fill="#8fd18f"' if is_command else ""
        length = round(len(line) * CELL_WIDTH, 1)  # so that columns align in any font
        yield f'<text x="{MARGIN}" y="{y}" textLength="{length}"{colour}>{escape(line)}</text>'
    yield "</g>"
    yield "</svg>"


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    program, model = map(os.path.abspath, sys.argv[1:])
    path = os.path.dirname(program) + ":" + os.environ["PATH"]
    lines = []
    with tempfile.TemporaryDirectory() as directory:
        shutil.copyfile(model, os.path.join(directory, "model.safetensors"))
        for command in COMMANDS:
            lines += ["$ " + command] + run(command, directory, path)
    while lines and not lines[-1]:
        lines.pop()
    print("\n".join(draw(lines)))


if __name__ == "__main__":
    main()
