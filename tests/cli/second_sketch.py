"""A second maker of sketches, written from net/PROTOCOL.md alone.

    second_sketch.py FOLDER          does FOLDER hold what this program says?
    second_sketch.py --write FOLDER  write it

Slow, and needs nothing but Python.  Chances are computed as fractions, roots
with math.isqrt, decoding by peeling alone.
"""

import hashlib
import math
import os
import sys
from fractions import Fraction

MASK = 2**64 - 1
COUNTED = 96


def rotate(x, b):
    return (x << b | x >> (64 - b)) & MASK


def siphash(key, octets):
    k0 = int.from_bytes(key[:8], "little")
    k1 = int.from_bytes(key[8:], "little")
    v = [
        k0 ^ 0x736F6D6570736575,
        k1 ^ 0x646F72616E646F6D,
        k0 ^ 0x6C7967656E657261,
        k1 ^ 0x7465646279746573,
    ]

    def rounds(count):
        for _ in range(count):
            v[0] = (v[0] + v[1]) & MASK
            v[1] = rotate(v[1], 13) ^ v[0]
            v[0] = rotate(v[0], 32)
            v[2] = (v[2] + v[3]) & MASK
            v[3] = rotate(v[3], 16) ^ v[2]
            v[0] = (v[0] + v[3]) & MASK
            v[3] = rotate(v[3], 21) ^ v[0]
            v[2] = (v[2] + v[1]) & MASK
            v[1] = rotate(v[1], 17) ^ v[2]
            v[2] = rotate(v[2], 32)

    padded = octets + bytes(7 - len(octets) % 8) + bytes([len(octets) & 255])
    for at in range(0, len(padded), 8):
        word = int.from_bytes(padded[at : at + 8], "little")
        v[3] ^= word
        rounds(2)
        v[0] ^= word
    v[2] ^= 255
    rounds(4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def mix(z):
    z = (z ^ z >> 33) * 0xFF51AFD7ED558CCD & MASK
    z = (z ^ z >> 33) * 0xC4CEB9FE1A85EC53 & MASK
    return z ^ z >> 33


def split_mix(z):
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
    return z ^ z >> 31


class Keys:
    def __init__(self, salt):
        self.salt = salt
        self.check_key = siphash(salt, b"\1")
        self.map_key = siphash(salt, b"\2")

    def short(self, record_id):
        return siphash(self.salt, record_id) % 2**48 or 1

    def check(self, s):
        return mix(s ^ self.check_key) >> 32

    def cells(self, s):
        """The cells of s, in order, up to 2^30."""
        state = mix((s + self.map_key) & MASK)
        i = 0
        while i <= 2**30:
            yield i
            state = (state + 0x9E3779B97F4A7C15) & MASK
            q = math.isqrt(split_mix(state) | 1)
            i += (2 * i + 3) * (2**32 - q) // (2 * q) + 1

    def cells_below(self, s, end):
        for i in self.cells(s):
            if i >= end:
                return
            yield i


def chances():
    """2^32 times the chance of each counted cell, rounded down."""
    rho = [Fraction(1)]
    for j in range(1, COUNTED):
        rho.append(
            sum(
                rho[i]
                * (
                    Fraction(2 * i + 3, 2 * j + 1) ** 2
                    - Fraction(2 * i + 3, 2 * j + 3) ** 2
                )
                for i in range(j)
            )
        )
    return [math.floor(each * 2**32) for each in rho]


RHO = chances()


class Sketch:
    def __init__(self, keys, ids, end):
        ids = set(ids)
        self.size = len(ids)
        self.sums = [0] * end
        self.checks = [0] * end
        self.counts = [-(self.size * rho >> 32) for rho in RHO]
        for s in ids:
            for i in keys.cells_below(s, max(end, COUNTED)):
                if i < COUNTED:
                    self.counts[i] += 1
                if i < end:
                    self.sums[i] ^= s
                    self.checks[i] ^= keys.check(s)

    def octets(self):
        out = b""
        for i, (one, other) in enumerate(zip(self.sums, self.checks)):
            out += one.to_bytes(6, "little") + other.to_bytes(4, "little")
            if i < COUNTED:
                out += (self.counts[i] & 0xFFFF).to_bytes(2, "little")
        return out


def difference(keys, own, sent):
    """What only one side has, by peeling; None if the cells do not suffice."""
    sums = [a ^ b for a, b in zip(own.sums, sent.sums)]
    checks = [a ^ b for a, b in zip(own.checks, sent.checks)]
    end = len(sums)
    found = set()
    work = list(range(end))
    while work:
        i = work.pop()
        s = sums[i]
        if s == 0 or keys.check(s) != checks[i]:
            continue
        if i not in keys.cells_below(s, i + 1):
            continue
        found ^= {s}
        check = keys.check(s)
        for j in keys.cells_below(s, end):
            sums[j] ^= s
            checks[j] ^= check
            work.append(j)
    return None if any(sums) or any(checks) else found


def estimate(own, sent):
    total = 0
    for i in range(1, COUNTED):
        off = (own.counts[i] - sent.counts[i]) & 0xFFFF
        off = min(off, 0x10000 - off)
        total += (off * off << 32) // (RHO[i] * (2**32 - RHO[i]) >> 32)
    return max(total // (COUNTED - 1), abs(own.size - sent.size))


def factor(d, own, theirs):
    """k in thousandths."""
    share = 500
    if d > 0:
        share = max(0, min(1000, math.floor(Fraction(500 * (d + own - theirs), d))))
    return 1400 - share if share < 500 else 1050 - 3 * share // 10


def wanted(d, own, theirs):
    return min(16384, d * factor(d, own, theirs) * 11 // 10000 + 24)


def is_list_better(d, own, theirs):
    return 10 * d * factor(d, own, theirs) // 1000 > 5 * min(own, theirs)


def number(text, size=32):
    return hashlib.blake2b(text.encode(), digest_size=size).digest()


def record_id(k):
    return hashlib.blake2b(k.to_bytes(4, "little"), digest_size=32).digest()


def salt_of(k):
    return bytes(16) if k == 0 else number("salt %d" % k, 16)


def mapping():
    yield "# Roots: a number, its root; decimal."
    for n in [1, 2, 3, 4, 8, 9, 2**32 - 1, 2**32, 2**62 - 1, 2**62, 2**64 - 1]:
        yield "root %d %d" % (n, math.isqrt(n))
    for k in range(1, 21):
        n = int.from_bytes(number("root %d" % k, 8), "little") >> 3 * k
        yield "root %d %d" % (n * n & MASK, math.isqrt(n * n & MASK))
        yield "root %d %d" % (n, math.isqrt(n))
    yield "# Chances: cell, 2^32 times the chance."
    for i, rho in enumerate(RHO[1:], 1):
        yield "rho %d %d" % (i, rho)
    yield "# Ways: salt, short id, check; then all cells up to 2^30."
    for k in range(3):
        keys = Keys(salt_of(k))
        shorts = [1, 2, 2**48 - 1] + [keys.short(record_id(i)) for i in range(7)]
        for s in shorts:
            yield "way %s %012x %08x %s" % (
                keys.salt.hex(),
                s,
                keys.check(s),
                ",".join(str(i) for i in keys.cells(s)),
            )


def sketches():
    yield "# Record k is the one whose id is BLAKE2b-256 of k as 4 octets."
    yield "# Cells of the records first to end - 1: salt, first, end, cells as sent."
    for k, first, end, cells in [(0, 0, 1, 16), (1, 5, 8, 100), (2, 0, 300, 98)]:
        keys = Keys(salt_of(k))
        made = Sketch(keys, map(keys.short, map(record_id, range(first, end))), cells)
        yield "cells %s %d %d %s" % (keys.salt.hex(), first, end, made.octets().hex())
    yield "# Differences: salt, records that both have, then those of who decodes"
    yield "# alone, then those of the sender alone, cells, estimate, cells to ask for"
    yield "# in all, is a list shorter (1) or not (0); short ids of who decodes alone,"
    yield "# - for none, and of the sender alone."
    for k, (common, own, sent) in enumerate(
        [
            (0, 0, 0),
            (200, 0, 0),
            (100, 1, 0),
            (100, 0, 1),
            (300, 12, 9),
            (300, 60, 30),
            (300, 5, 70),
            (40, 40, 40),
        ],
        3,
    ):
        yield one_difference(Keys(salt_of(k)), common, own, sent)
    yield "# Policy: difference, records of who decodes and of the sender, cells to"
    yield "# ask for in all, is a list shorter (1) or not (0)."
    for k in range(40):
        d, own, theirs = (
            int.from_bytes(number("policy %d %d" % (k, i), 4), "little") >> shift
            for i, shift in enumerate([14 + k % 12, 16 + k % 5, 16 + k % 7])
        )
        d = d if k % 10 == 0 else max(d, abs(own - theirs))
        yield policy(d, own, theirs)
    for d, own, theirs in [(0, 0, 0), (0, 5, 0), (1, 2**32 - 1, 0), (1, 0, 2**32 - 1)]:
        yield policy(d, own, theirs)


def policy(d, own, theirs):
    better = is_list_better(d, own, theirs)
    return "policy %d %d %d %d %d" % (d, own, theirs, wanted(d, own, theirs), better)


def one_difference(keys, common, own_only, sent_only):
    end = common + own_only + sent_only
    shorts = [keys.short(record_id(i)) for i in range(end)]
    own_ids = shorts[: common + own_only]
    sent_ids = shorts[:common] + shorts[common + own_only :]
    cells = 200
    own = Sketch(keys, own_ids, cells)
    sent = Sketch(keys, sent_ids, cells)
    found = difference(keys, own, sent)
    assert found == set(own_ids) ^ set(sent_ids)
    d = estimate(own, sent)
    lists = (
        ",".join("%012x" % s for s in sorted(found & set(ids))) or "-"
        for ids in (own_ids, sent_ids)
    )
    return "difference %s %d %d %d %d %d %d %d %s" % (
        keys.salt.hex(),
        common,
        own_only,
        sent_only,
        cells,
        d,
        wanted(d, own.size, sent.size),
        is_list_better(d, own.size, sent.size),
        " ".join(lists),
    )


def varint(n):
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def ranges_back(tomorrow):
    """The ranges of a whole summary up to tomorrow, in days since 1970."""
    end = tomorrow + 1
    for size, above in [(1, 8), (8, 64), (64, 512)]:
        while end > tomorrow - tomorrow % above:
            yield end - size, end - 1
            end -= size
    for _ in range(16):
        yield end - 512, end - 1
        end -= 512


def first_cells():
    yield "# Record k is the one whose id is BLAKE2b-256 of k as 4 octets, a statement"
    yield "# of k / each days before tomorrow."
    yield "# First cells: salt, wish, today in days since 1970, records, each; the CELLS"
    yield "# in message 2, - for none."
    for k, (wish, today, records, each) in enumerate(
        [
            (16, 20786, 5, 1),
            (96, 20786, 900, 40),
            (16, 20790, 2000, 100),
            (96, 20000, 300, 3),
            (0, 20786, 5, 1),
            (16, 20786, 600, 600),
        ],
        20,
    ):
        keys = Keys(salt_of(k))
        days = [today + 1 - i // each for i in range(records)]
        chosen = []
        for first, last in ranges_back(today + 1):
            inside = [i for i, day in enumerate(days) if first <= day <= last]
            if len(chosen) + len(inside) > 512:
                break
            if not chosen:
                newest = last
            if inside:
                oldest = first
            chosen += inside
        said = "-"
        if chosen and wish > 0:
            made = Sketch(keys, map(keys.short, map(record_id, chosen)), wish)
            body = b"\1" + varint(oldest + 719162) + varint(newest - oldest)
            body += b"\0" + varint(made.size) + b"\0" + made.octets()
            said = (b"\x0b" + len(body).to_bytes(3, "little") + body).hex()
        yield "first %s %d %d %d %d %s" % (
            keys.salt.hex(),
            wish,
            today,
            records,
            each,
            said,
        )


def main(arguments):
    write = arguments[0] == "--write"
    folder = arguments[-1]
    failed = False
    for name, lines in [
        ("mapping.txt", mapping()),
        ("sketches.txt", sketches()),
        ("first_cells.txt", first_cells()),
    ]:
        path = os.path.join(folder, name)
        text = "".join(line + "\n" for line in lines)
        if write:
            with open(path, "w") as out:
                out.write(text)
            continue
        with open(path) as there:
            same = there.read() == text
        print("%s: %s" % (name, "the same" if same else "differs"))
        failed = failed or not same
    return 1 if failed else 0


sys.exit(main(sys.argv[1:]))
