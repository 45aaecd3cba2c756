#!/usr/bin/env python3
"""xxh3.py - the hashes XXH3-64 and XXH3-128, with seed 0 and the default secret

Both hashes mix the input with a secret of 192 bytes.  The length of the input selects one of five ways:

    0, 1-3, 4-8, 9-16   a formula for each
    17-128              pairs of 16 bytes, from both ends to the middle
    129-240             16 (or 32) bytes after another
    241 and more        stripes of 64 bytes are added to eight accumulators; after each block of 16 stripes the
                        accumulators are scrambled, and at the end they are folded into the result

Nearly all steps multiply 64 by 64 bits and use both halves of the product; fold() combines them.

As a program it prints the XXH3-128 of files as 32 hexadecimal digits, high half first, as xxh128sum does:

    xxh3.py FILE...
"""
import struct
import sys

M32, M64 = 2**32 - 1, 2**64 - 1

P32_1, P32_2, P32_3 = 0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D
P64_1, P64_2, P64_3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
P64_4, P64_5 = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5
MX1, MX2 = 0x165667919E3779F9, 0x9FB21C651E98DF25

SECRET = bytes.fromhex(
    "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671f"
    "cb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c"
    "3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8"
    "a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364"
    "eac5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e"
    "2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e")


def get32(data, at):
    return struct.unpack_from("<I", data, at)[0]


def get64(data, at):
    return struct.unpack_from("<Q", data, at)[0]


def secret_pair(at):
    return get64(SECRET, at) ^ get64(SECRET, at + 8)


def swap32(x):
    return int.from_bytes(x.to_bytes(4, "little"), "big")


def swap64(x):
    return int.from_bytes(x.to_bytes(8, "little"), "big")


def fold(a, b):
    """Combines the two halves of the 128-bit product."""
    product = a * b
    return product & M64 ^ product >> 64


def avalanche(h):
    h ^= h >> 37
    h = h * MX1 & M64
    return h ^ h >> 32


def avalanche_xxh64(h):
    """The last steps of the older XXH64, which the shortest inputs use."""
    h ^= h >> 33
    h = h * P64_2 & M64
    h ^= h >> 29
    h = h * P64_3 & M64
    return h ^ h >> 32


def mix16(data, at, secret):
    """Mixes 16 bytes of the input with 16 of the secret."""
    return fold(get64(data, at) ^ get64(SECRET, secret), get64(data, at + 8) ^ get64(SECRET, secret + 8))


def combine_1_to_3(data):
    n = len(data)
    return data[0] << 16 | data[n >> 1] << 24 | data[n - 1] | n << 8


def accumulate(data):
    """Returns the eight accumulators after an input of more than 240 bytes."""
    acc = [P32_3, P64_1, P64_2, P64_3, P64_4, P32_2, P64_5, P32_1]
    keys = [struct.unpack_from("<8Q", SECRET, 8 * i) for i in range(17)]  # one place in the secret per stripe
    last_key = struct.unpack_from("<8Q", SECRET, 192 - 64 - 7)

    def stripe(at, key):
        lanes = struct.unpack_from("<8Q", data, at)
        for i in range(8):
            mixed = lanes[i] ^ key[i]
            acc[i] += (mixed & M32) * (mixed >> 32) + lanes[i ^ 1]  # cut to 64 bits before it matters

    n = len(data)
    blocks = (n - 1) // 1024
    for block in range(blocks):
        for i in range(16):
            stripe(1024 * block + 64 * i, keys[i])
        for i in range(8):
            h = acc[i] & M64
            acc[i] = (h ^ h >> 47 ^ keys[16][i]) * P32_1 & M64
    for i in range((n - 1 - 1024 * blocks) // 64):
        stripe(1024 * blocks + 64 * i, keys[i])
    stripe(n - 64, last_key)  # the last 64 bytes, even if they overlap those before
    return [h & M64 for h in acc]


def merge(acc, secret, start):
    for i in range(4):
        start += fold(acc[2 * i] ^ get64(SECRET, secret + 16 * i), acc[2 * i + 1] ^ get64(SECRET, secret + 16 * i + 8))
    return avalanche(start & M64)


def xxh3_64(data):
    """Returns the 64-bit hash of `data` as a number."""
    n = len(data)
    if n == 0:
        return avalanche_xxh64(secret_pair(56))
    if n <= 3:
        return avalanche_xxh64(combine_1_to_3(data) ^ get32(SECRET, 0) ^ get32(SECRET, 4))
    if n <= 8:
        h = get32(data, n - 4) + (get32(data, 0) << 32) ^ secret_pair(8)
        h ^= (h << 49 | h >> 15) & M64 ^ (h << 24 | h >> 40) & M64
        h = h * MX2 & M64
        h ^= (h >> 35) + n
        h = h * MX2 & M64
        return h ^ h >> 28
    if n <= 16:
        low = get64(data, 0) ^ secret_pair(24)
        high = get64(data, n - 8) ^ secret_pair(40)
        return avalanche(n + swap64(low) + high + fold(low, high) & M64)
    h = n * P64_1
    if n <= 128:
        for i in range((n - 1) // 32 + 1):
            h += mix16(data, 16 * i, 32 * i) + mix16(data, n - 16 - 16 * i, 32 * i + 16)
        return avalanche(h & M64)
    if n <= 240:
        h = avalanche(h + sum(mix16(data, 16 * i, 16 * i) for i in range(8)) & M64)
        h += sum(mix16(data, 16 * i, 16 * (i - 8) + 3) for i in range(8, n // 16))
        return avalanche(h + mix16(data, n - 16, 136 - 17) & M64)
    return merge(accumulate(data), 11, n * P64_1)


def mix32(low, high, data, first, second, secret):
    """Mixes twice 16 bytes of the input with 32 of the secret, for the 128-bit hash."""
    low = low + mix16(data, first, secret) ^ get64(data, second) + get64(data, second + 8)
    high = high + mix16(data, second, secret + 16) ^ get64(data, first) + get64(data, first + 8)
    return low & M64, high & M64


def mix_17_to_240(data):
    n = len(data)
    low, high = n * P64_1 & M64, 0
    if n <= 128:
        for i in reversed(range((n - 1) // 32 + 1)):
            low, high = mix32(low, high, data, 16 * i, n - 16 - 16 * i, 32 * i)
        return low, high
    for i in range(4):
        low, high = mix32(low, high, data, 32 * i, 32 * i + 16, 32 * i)
    low, high = avalanche(low), avalanche(high)
    for i in range(4, n // 32):
        low, high = mix32(low, high, data, 32 * i, 32 * i + 16, 32 * (i - 4) + 3)
    return mix32(low, high, data, n - 16, n - 32, 136 - 17 - 16)


def xxh3_128(data):
    """Returns the 128-bit hash of `data` as a pair of numbers: low half, high half."""
    n = len(data)
    if n == 0:
        return avalanche_xxh64(secret_pair(64)), avalanche_xxh64(secret_pair(80))
    if n <= 3:
        low = combine_1_to_3(data)
        high = swap32(low)
        high = (high << 13 | high >> 19) & M32
        return (avalanche_xxh64(low ^ get32(SECRET, 0) ^ get32(SECRET, 4)),
                avalanche_xxh64(high ^ get32(SECRET, 8) ^ get32(SECRET, 12)))
    if n <= 8:
        product = ((get32(data, 0) + (get32(data, n - 4) << 32)) ^ secret_pair(16)) * (P64_1 + (n << 2))
        low, high = product & M64, product >> 64
        high = high + (low << 1) & M64
        low ^= high >> 3
        low = (low ^ low >> 35) * MX2 & M64
        return low ^ low >> 28, avalanche(high)
    if n <= 16:
        first, last = get64(data, 0), get64(data, n - 8)
        product = (first ^ last ^ secret_pair(32)) * P64_1
        last ^= secret_pair(48)
        low = (product & M64) + (n - 1 << 54) & M64
        high = (product >> 64) + last + (last & M32) * (P32_2 - 1) & M64
        product = (low ^ swap64(high)) * P64_2
        return avalanche(product & M64), avalanche((product >> 64) + high * P64_2 & M64)
    if n <= 240:
        low, high = mix_17_to_240(data)
        return (avalanche(low + high & M64),
                -avalanche(low * P64_1 + high * P64_4 + n * P64_2 & M64) & M64)
    acc = accumulate(data)
    return merge(acc, 11, n * P64_1), merge(acc, 192 - 64 - 11, ~(n * P64_2))


if __name__ == "__main__":
    for name in sys.argv[1:]:
        with open(name, "rb") as file:
            hash_low, hash_high = xxh3_128(file.read())
        print(f"{hash_high:016x}{hash_low:016x}  {name}")
