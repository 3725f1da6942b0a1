#!/usr/bin/env python3
"""Build tests/vectors/two_keys.txt: one piece of a sealed box that
XChaCha20-Poly1305 opens under two keys.

Poly1305 is a polynomial in the octets of the ciphertext, so for two keys that
are known one block of it can be solved for, such that both get one tag.
"""
import struct

P = (1 << 130) - 5
MASK = 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF


def rounds(state):
    x = list(state)

    def quarter(a, b, c, d):
        for left, right, into, turn in ((a, b, d, 16), (c, d, b, 12),
                                        (a, b, d, 8), (c, d, b, 7)):
            x[left] = (x[left] + x[right]) & 0xFFFFFFFF
            v = x[into] ^ x[left]
            x[into] = ((v << turn) | (v >> (32 - turn))) & 0xFFFFFFFF

    for _ in range(10):
        for i in range(4):
            quarter(i, 4 + i, 8 + i, 12 + i)
        for i in range(4):
            quarter(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
    return x


def initial(key, sixteen):
    return struct.unpack("<16I", b"expand 32-byte k" + key + sixteen)


def one_time_key(key, nonce):
    """r and s of the first ChaCha20 block under the XChaCha20 sub-key."""
    x = rounds(initial(key, nonce[:16]))
    sub = struct.pack("<8I", *(x[:4] + x[12:]))
    state = initial(sub, bytes(8) + nonce[16:])
    block = struct.pack("<16I", *((a + b) & 0xFFFFFFFF for a, b in
                                  zip(rounds(state), state)))
    return (int.from_bytes(block[:16], "little") & MASK,
            int.from_bytes(block[16:32], "little"))


def polynomial(r, blocks):
    value = 0
    for block in blocks:
        value = (value + int.from_bytes(block, "little") + (1 << 128)) * r % P
    return value


def solve(keys, nonce, associated, size):
    """A ciphertext of size octets (whole blocks) and its tag."""
    pairs = [one_time_key(key, nonce) for key in keys]
    (r1, s1), (r2, s2) = pairs
    first = associated.ljust(16, b"\0")
    last = struct.pack("<QQ", len(associated), size)
    for attempt in range(1 << 16):
        rest = [attempt.to_bytes(16, "little")] * (size // 16 - 1)
        zero = [first] + rest + [bytes(16), last]
        for carry in range(-4, 5):
            # The free block, the one before last, is multiplied by r^2.
            wanted = s2 - s1 + (carry << 128)
            known = polynomial(r1, zero) - polynomial(r2, zero)
            block = (wanted - known) * pow(r1 * r1 - r2 * r2, -1, P) % P
            if block >> 128:
                continue
            blocks = [first] + rest + [block.to_bytes(16, "little"), last]
            tags = {(polynomial(r, blocks) + s) % (1 << 128)
                    for r, s in pairs}
            if len(tags) == 1:
                return (b"".join(blocks[1:-1]),
                        tags.pop().to_bytes(16, "little"))
    raise SystemExit("nothing found")


def main():
    keys = [bytes([n]) * 32 for n in (1, 2)]
    ciphertext, tag = solve(keys, bytes(24), b"\x01", 4096 - 16)
    print("# By tests/vectors/two_keys.py: a box of one piece that 32 octets")
    print("# of 01 and 32 octets of 02 open both.  254 times the block, then")
    print("# last, then the tag.")
    blocks = [ciphertext[i:i + 16] for i in range(0, len(ciphertext), 16)]
    assert len(set(blocks[:-1])) == 1
    for name, octets in (("block", blocks[0]), ("last", blocks[-1]),
                         ("tag", tag)):
        print(name, octets.hex())


main()
