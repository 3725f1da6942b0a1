"""A second opener of sealed statements, written from bundles/FORMAT.md alone.

Opens the boxes of tests/vectors/sealed, compares what is inside, and refuses
what is to be refused.  Slow, in no way hardened, and needs nothing but Python:
XChaCha20-Poly1305 is spelled out below, after RFC 8439 and
draft-irtf-cfrg-xchacha-03.

    second_opener.py VECTORS DICTIONARIES
"""

import base64
import os
import re
import struct
import sys
import zlib

from second_reader import (BadSignature, Header, Malformed, blake2b, need,
                           open_record, read_octets, verify)

MASK = 0xffffffff
PIECE, TAG = 32768, 16


# ChaCha20 and Poly1305.


def rounds(state):
    x = list(state)
    columns = [(i, 4 + i, 8 + i, 12 + i) for i in range(4)]
    diagonals = [(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
                 for i in range(4)]
    for a, b, c, d in (columns + diagonals) * 10:
        for left, right, into, turn in ((a, b, d, 16), (c, d, b, 12),
                                        (a, b, d, 8), (c, d, b, 7)):
            x[left] = (x[left] + x[right]) & MASK
            word = x[into] ^ x[left]
            x[into] = (word << turn | word >> (32 - turn)) & MASK
    return x


def state_of(key, sixteen):
    return struct.unpack("<16I", b"expand 32-byte k" + key + sixteen)


def block(key, counter, nonce):
    state = state_of(key, struct.pack("<I", counter) + nonce)
    return struct.pack("<16I", *((a + b) & MASK
                                 for a, b in zip(rounds(state), state)))


def poly1305(key, octets):
    r = int.from_bytes(key[:16], "little") & 0x0ffffffc0ffffffc0ffffffc0fffffff
    total = 0
    for at in range(0, len(octets), 16):
        part = octets[at:at + 16] + b"\1"
        total = (total + int.from_bytes(part, "little")) * r % (2**130 - 5)
    total += int.from_bytes(key[16:], "little")
    return (total % 2**128).to_bytes(16, "little")


def pad(octets):
    return octets + bytes(-len(octets) % 16)


def open_piece(key, nonce, associated, octets):
    x = rounds(state_of(key, nonce[:16]))
    key = struct.pack("<8I", *(x[:4] + x[12:]))
    nonce = bytes(4) + nonce[16:]
    cipher, tag = octets[:-TAG], octets[-TAG:]
    lengths = struct.pack("<QQ", len(associated), len(cipher))
    found = poly1305(block(key, 0, nonce)[:32],
                     pad(associated) + pad(cipher) + lengths)
    need(found == tag, BadSignature)
    stream = b"".join(block(key, 1 + at // 64, nonce)
                      for at in range(0, len(cipher), 64))
    return bytes(a ^ b for a, b in zip(cipher, stream))


# Section 12, "Key line" and "Sealed statement".


def read_key_line(text):
    found = re.fullmatch(rb"p2pub1 opens ([0-9a-f]{16}) ([a-z2-7]{56})\n",
                         text)
    need(found)
    start = bytes.fromhex(found[1].decode())
    octets = base64.b32decode(found[2].upper())
    key, check = octets[:32], octets[32:]
    need(blake2b(b"p2pub1 key line" + start + key)[:3] == check)
    return start, key


def open_box(key, key_id, box):
    need(blake2b(b"p2pub1 sealed key" + key) == key_id, BadSignature)
    pieces = [box[at:at + PIECE] for at in range(0, len(box), PIECE)]
    return b"".join(
        open_piece(key, struct.pack("<I", i) + bytes(20),
                   b"\1" if i + 1 == len(pieces) else b"\0", piece)
        for i, piece in enumerate(pieces))


class Octets:
    def __init__(self, octets):
        self.left = octets

    def take(self, size):
        need(size <= len(self.left))
        taken, self.left = self.left[:size], self.left[size:]
        return taken

    def take_number(self, size):
        return int.from_bytes(self.take(size), "little")


# Sections 13 and 14, chunks.


def unpack(encoding, stored, size, dictionaries):
    if encoding == 0:
        plain = stored
    else:
        need(encoding == 1 or encoding - 16 in dictionaries)
        extra = {} if encoding == 1 else {"zdict": dictionaries[encoding - 16]}
        stream = zlib.decompressobj(-15, **extra)
        plain = stream.decompress(stored, size + 1)
        need(stream.eof and not stream.unused_data)
    need(len(plain) == size)
    return plain


def take_file(octets, size, list_id, wanted, dictionaries):
    count = -(-size // 32768)
    assert count <= 1024
    plain = {}
    for index in reversed(range(count if count == 1 else count + 1)):
        encoding, length = octets.take_number(1), octets.take_number(2)
        chunk_size = 32 * count if index == count else min(
            32768, size - 32768 * index)
        need(index < count or encoding == 0)
        plain[index] = unpack(encoding, octets.take(length), chunk_size,
                              dictionaries)
    whole = b"".join(plain[index] for index in range(count))
    if count > 1:
        need(blake2b(plain[count]).hex().encode() == list_id, BadSignature)
        need(plain[count] == b"".join(blake2b(plain[index])
                                      for index in range(count)), BadSignature)
    need(blake2b(whole).hex().encode() == wanted, BadSignature)
    return whole


def open_inside(sealed, plain, dictionaries):
    """The header inside, and its files; sealed is the record's Header."""
    octets = Octets(plain)
    wire = octets.take(octets.take_number(2))
    need(len(wire) > 128)
    inside = wire[128:]
    need(blake2b(inside).hex().encode() == dict(sealed.lines)[b"seals"],
         BadSignature)
    header = Header(inside)
    verify(header.key, blake2b(inside, 64), wire[:64])
    verify(header.key, wire[:64] + b"p2pub1 " + header.kind, wire[64:128])
    need(header.key == sealed.key, BadSignature)
    need(header.kind == b"statement" and b"\nsequence 0\n" in inside)
    need(dict(header.lines).get(b"salt"))
    files = {name: take_file(octets, size, list_id, wanted, dictionaries)
             for name, size, list_id, wanted in header.files}
    need(not octets.left.strip(b"\0"))
    return inside, files


def open_folder(folder, key, dictionaries):
    header = read_octets(folder, "box", "header.txt")
    sealed = open_record(header,
                         read_octets(folder, "box", "header.txt.minisig"))
    box = read_octets(folder, "box", "sealed.bin")
    assert blake2b(box).hex().encode() == sealed.files[0][3]
    key_id = bytes.fromhex(dict(sealed.lines)[b"key-id"].decode())
    return open_inside(sealed, open_box(key, key_id, box), dictionaries)


def check_good(folder, dictionaries):
    start, key = read_key_line(read_octets(folder, "key"))
    box_id = blake2b(read_octets(folder, "box", "header.txt"))
    assert box_id[:8] == start
    inside, files = open_folder(folder, key, dictionaries)
    assert inside == read_octets(folder, "inside", "header.txt")
    for name, octets in files.items():
        assert octets == read_octets(folder, "inside", name.decode())
    release = open_record(read_octets(folder, "release", "header.txt"),
                          read_octets(folder, "release", "header.txt.minisig"))
    lines = dict(release.lines)
    assert lines[b"opens"] == box_id.hex().encode()
    assert lines[b"release-key"] == key.hex().encode()
    return len(files)


def is_refused(folder, file, dictionaries):
    _, key = read_key_line(read_octets(folder, file))
    try:
        open_folder(folder, key, dictionaries)
    except (Malformed, BadSignature):
        return True
    return False


def main(vectors, folder):
    dictionaries = {}
    for name in os.listdir(folder):
        found = re.fullmatch(r"(\d\d)-\w+\.txt", name)
        if found:
            dictionaries[int(found[1])] = read_octets(folder, name)
    for name in ("small", "pieces"):
        files = check_good(os.path.join(vectors, name), dictionaries)
        print(f"{name}: opens, {files} files")
    two_keys = os.path.join(vectors, "two-keys")
    for file in ("key", "other-key"):
        assert is_refused(two_keys, file, dictionaries), file
    # Both keys open it, as far as the cipher goes.
    box = read_octets(two_keys, "box", "sealed.bin")
    for octet in (1, 2):
        key = bytes([octet]) * 32
        open_box(key, blake2b(b"p2pub1 sealed key" + key), box)
    print("two-keys: refused")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
