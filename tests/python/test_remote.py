"""A .znn file behind a web server: what is read of it, counted by a server that knows ranges."""

import http.server
import re
import threading

import pytest

import znn

fsspec = pytest.importorskip("fsspec")
pytest.importorskip("aiohttp")
pytest.importorskip("requests")
numpy = pytest.importorskip("numpy")

from test_tensors import safetensors  # noqa: E402


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves server.data, whole or a range of it."""

    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        self.send(b"", len(self.server.data))

    def do_GET(self):
        data = self.server.data
        found = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if not found:
            self.send(data, len(data))
            return
        start, end = int(found[1]), min(int(found[2] or len(data) - 1), len(data) - 1)
        part = data[start : end + 1]
        self.server.sent += len(part)
        self.server.requests += 1
        self.send(part, len(part), 206, f"bytes {start}-{end}/{len(data)}")

    def send(self, body, size, status=200, content_range=None):
        self.send_response(status)
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(size))
        if content_range:
            self.send_header("Content-Range", content_range)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.data, server.sent, server.requests = b"", 0, 0
    server.url = f"http://127.0.0.1:{server.server_port}/model.znn"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def tensors(large):
    """Ten tensors of 1 MiB, as BF16 numbers."""
    size = 1 << 20
    return {f"layer.{i}": ("BF16", [512, 1024], large[i * size : (i + 1) * size]) for i in range(10)}


def test_one_tensor(server, tensors):
    """Only the index and the chunks of the tensor are transferred."""
    server.data = znn.compress(safetensors(tensors))
    with znn.open(fsspec.open(server.url, cache_type="none")) as file:
        index = server.sent
        assert index < len(server.data) // 20
        out = bytearray(1 << 20)
        assert file.get("layer.7", out=out) == tensors["layer.7"][2]
        assert server.sent - index < len(server.data) // 5
        before = server.sent
        assert file.get_slice("layer.2")[100:101].shape == (1, 1024)
        assert server.sent - before < len(server.data) // 5
    assert server.requests < 20


def test_default_cache(server, tensors):
    """fsspec's own read-ahead adds at most its block."""
    server.data = znn.compress(safetensors(tensors))
    with fsspec.open(server.url, block_size=1 << 16) as remote, znn.open(remote) as file:
        assert file.get("layer.3", out=bytearray(1 << 20)) == tensors["layer.3"][2]
        assert server.sent < len(server.data) // 2


def test_server_goes_away(server, tensors):
    """An error of the network comes out as it is, and the file stays usable."""
    server.data = znn.compress(safetensors(tensors))
    with znn.open(fsspec.open(server.url, cache_type="none")) as file:
        data, server.data = server.data, b""
        with pytest.raises(Exception) as caught:
            file.get("layer.1", out=bytearray(1 << 20))
        assert not isinstance(caught.value, SystemError)
        server.data = data
        assert file.get("layer.1", out=bytearray(1 << 20)) == tensors["layer.1"][2]
