#!/usr/bin/env python3
"""scaled.py - makes models of FP8 and INT8 with scales, and the models that they were made from

    scaled.py FOLDER [SEED]

FOLDER gets bf16.safetensors, f16.safetensors and f32.safetensors, three models of the same shapes, and for each KIND
below BASE-KIND.safetensors, which is quantized from BASE.  The casts are exact: to nearest, ties to even, saturated.
"""
import json
import pathlib
import struct
import sys

import numpy

F32 = numpy.float32
SHAPES = {"h.0.q_proj.weight": (512, 640), "h.0.up_proj.weight": (600, 1000), "h.1.experts": (4, 96, 640)}


def to_bf16(x):
    bits = numpy.ascontiguousarray(x, F32).view(numpy.uint32)
    return (bits + 0x7fff + (bits >> 16 & 1) >> 16).astype(numpy.uint16)


def from_bf16(bits):
    return (bits.astype(numpy.uint32) << 16).view(F32)


def to_f8(x, mantissa, bias, largest):
    size = numpy.minimum(numpy.abs(x), F32(largest)).astype(numpy.float64)
    exponent = numpy.maximum(numpy.frexp(size)[1] - 1, 1 - bias)
    steps = numpy.rint(size / numpy.exp2(exponent - mantissa)) + (exponent + bias - 1) * 2.0**mantissa
    code = numpy.where(size == 0, 0, steps).astype(numpy.uint8)
    return code | numpy.signbit(x).astype(numpy.uint8) << 7


def to_i8(x):
    return numpy.clip(numpy.rint(x), -128, 127).astype(numpy.int8)


CASTS = {
    "F8_E4M3": (lambda x: to_f8(x, 3, 7, 448), 448), "F8_E5M2": (lambda x: to_f8(x, 2, 15, 57344), 57344),
    "I8": (to_i8, 127),
}
BASES = {
    "bf16": ("BF16", to_bf16, from_bf16),
    "f16": ("F16", lambda x: x.astype(numpy.float16), lambda x: x.astype(F32)),
    "f32": ("F32", lambda x: x, lambda x: x),
}


def write(path, tensors):
    header, data = {}, b""
    for name, (dtype, array) in tensors.items():
        start = len(data)
        data += numpy.ascontiguousarray(array).tobytes()
        header[name] = {"dtype": dtype, "shape": list(array.shape), "data_offsets": [start, len(data)]}
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def largest_of(x, tiles):
    """Returns the greatest magnitude of each tile."""
    if tiles == "tensor":
        axes = tuple(range(1, x.ndim)) if x.ndim > 2 else None
        return numpy.abs(x).max(axis=axes, keepdims=x.ndim > 2)
    if tiles == "rows":
        return numpy.abs(x).max(axis=-1, keepdims=True)
    rows, columns = (-(-length // 128) for length in x.shape)
    return numpy.array([[numpy.abs(x[i * 128:i * 128 + 128, k * 128:k * 128 + 128]).max() for k in range(columns)]
                        for i in range(rows)], F32)


def spread(scales, x, tiles):
    """Returns the scale of each element."""
    if tiles != "squares":
        return scales
    return scales.repeat(128, 0).repeat(128, 1)[:x.shape[0], :x.shape[1]]


def quantize(values, dtype, tiles, how):
    """Returns the tensors of a quantized model.  `how` tells in which way the program divides."""
    cast, largest = CASTS[dtype]
    tensors = {}
    for name, x in values.items():
        if tiles == "squares" and x.ndim > 2:
            continue
        peak = largest_of(x, tiles).astype(F32)
        scales, ending, kept = (peak / F32(largest)).astype(F32), "_scale", None
        if how == "int8":  # as in bitsandbytes, which keeps the greatest magnitudes
            y, ending, kept = x * (F32(127) / peak), "SCB", peak.reshape(-1)
            tensors[name] = (dtype, cast(y))
            tensors[name.replace("weight", "") + ending] = ("F32", kept)
            continue
        if how == "bf16":
            kept = to_bf16(scales)
            scales = from_bf16(kept)
        full = spread(scales, x, tiles)
        y = x * (F32(1) / full) if how == "reciprocal" else x / full
        y = from_bf16(to_bf16(y)) if how == "bf16" else y
        tensors[name] = (dtype, cast(y))
        ending = "_scale_inv" if tiles == "squares" else "_scale"
        tensors[name + ending] = ("F32", scales) if kept is None else ("BF16", kept)
    return tensors


KINDS = [
    ("bf16", "e4m3-tensor", "F8_E4M3", "tensor", "divide"), ("bf16", "e4m3-squares", "F8_E4M3", "squares", "divide"),
    ("bf16", "e4m3-rows", "F8_E4M3", "rows", "bf16"), ("bf16", "e5m2-rows", "F8_E5M2", "rows", "reciprocal"),
    ("bf16", "i8-rows", "I8", "rows", "divide"), ("f16", "i8-scb", "I8", "rows", "int8"),
    ("f16", "e4m3-squares", "F8_E4M3", "squares", "reciprocal"), ("f32", "e4m3-rows", "F8_E4M3", "rows", "divide"),
    ("f32", "i8-tensor", "I8", "tensor", "divide"),
]


def main():
    folder, seed = pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    random = numpy.random.default_rng(seed)
    weights = {name: (random.standard_normal(shape) / 32).astype(F32) for name, shape in SHAPES.items()}
    values = {}
    for base, (dtype, narrow, widen) in BASES.items():
        stored = {name: narrow(x) for name, x in weights.items()}
        values[base] = {name: widen(x) for name, x in stored.items()}
        write(folder / f"{base}.safetensors", {name: (dtype, x) for name, x in stored.items()})
    for base, kind, dtype, tiles, how in KINDS:
        own = {name: x for name, x in values[base].items() if how != "int8" or x.ndim == 2}
        write(folder / f"{base}-{kind}.safetensors", quantize(own, dtype, tiles, how))


if __name__ == "__main__":
    main()
