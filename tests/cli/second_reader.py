"""A second reader of records, written from bundles/FORMAT.md alone.

Reads tests/vectors/records and says where it does not agree with its
manifests.  Slow, in no way hardened, and needs nothing but Python: Ed25519 is
spelled out below, after RFC 8032.
"""

import base64
import datetime
import hashlib
import os
import re
import sys


class Malformed(Exception):
    pass


class Large(Exception):
    pass


class BadSignature(Exception):
    pass


class Newer(Exception):
    pass


def need(condition, failure=Malformed):
    if not condition:
        raise failure()


def match(pattern, octets, failure=Malformed):
    found = re.fullmatch(pattern, octets)
    need(found, failure)
    return found


def blake2b(octets, size=32):
    return hashlib.blake2b(octets, digest_size=size).digest()


# Ed25519, as sections 5.1.1 to 5.1.7 of RFC 8032 have it.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def recover_x(y, sign):
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    need((x * x - square) % P == 0, BadSignature)
    return P - x if x & 1 != sign else x


def add(a, b):
    x = (a[1] - a[0]) * (b[1] - b[0]) % P
    y = (a[1] + a[0]) * (b[1] + b[0]) % P
    t = 2 * a[3] * b[3] * D % P
    z = 2 * a[2] * b[2] % P
    e, f, g, h = y - x, z - t, z + t, y + x
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(number, point):
    product = (0, 1, 1, 0)
    while number:
        if number & 1:
            product = add(product, point)
        point = add(point, point)
        number >>= 1
    return product


def compress(point):
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = recover_x(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def verify(key, message, signature):
    number = int.from_bytes(key, "little")
    y, sign = number % 2**255, number >> 255
    s = int.from_bytes(signature[32:], "little")
    need(y < P and s < ORDER, BadSignature)
    x = P - recover_x(y, sign)  # of the negative of the key
    hashed = hashlib.sha512(signature[:32] + key + message).digest()
    h = int.from_bytes(hashed, "little") % ORDER
    negative = (x, y, 1, x * y % P)
    point = add(multiply(s, BASE), multiply(h, negative))
    need(compress(point) == signature[:32], BadSignature)


# Section 2, header.

NUMBER = rb"(0|[1-9][0-9]*)"
WORD = rb"[a-z][a-z0-9-]{0,31}"
NAME = rb"[a-z0-9][a-z0-9._-]{0,39}"
DEVICE = rb"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?"
RESTRICTED = rb"[a-z0-9][a-z0-9!#$&^_.+-]*"
HASH = rb"[0-9a-f]{64}"
WEB = (rb"https?://[A-Za-z0-9.:\[\]-]+"
       rb"([/?#][]A-Za-z0-9.:[/?#@!$&'()*+,;=_~%-]*)?")
LANGUAGE = re.compile(
    rb"(([a-z]{2,3}(-[a-z]{3}){0,3}|[a-z]{4,8})"
    rb"(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?"
    rb"(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"
    rb"(-[a-wyz0-9](-[a-z0-9]{2,8})+)*(-x(-[a-z0-9]{1,8})+)?"
    rb"|x(-[a-z0-9]{1,8})+)", re.IGNORECASE)


def read_number(octets, least, most, failure=Malformed):
    number = int(match(NUMBER, octets, failure)[0])
    need(least <= number <= most, failure)
    return number


def read_key(octets, failure=Malformed):
    match(rb"[A-Za-z0-9+/]{56}", octets, failure)
    key = base64.b64decode(octets)
    need(key[:2] == b"Ed" and base64.b64encode(key) == octets, failure)
    return key[2:10], key[10:]


def is_refused(point):
    return (point <= 0x1f or 0x7f <= point <= 0x9f or point == 0x61c
            or point == 0x200b or 0x200e <= point <= 0x200f
            or 0x2028 <= point <= 0x202e or 0x2060 <= point <= 0x206f
            or 0xfdd0 <= point <= 0xfdef or point == 0xfeff
            or 0xfff9 <= point <= 0xfffc or 0xe0000 <= point <= 0xe0fff
            or point & 0xfffe == 0xfffe)


def read_text(octets):
    need(octets and not octets.startswith(b" ") and not octets.endswith(b" "))
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed() from None
    need(not any(is_refused(ord(character)) for character in text))


def read_language(tag):
    if tag == b"-":
        return
    need(len(tag) <= 35 and LANGUAGE.fullmatch(tag))
    subtags, behind_singleton = [], False
    for place, subtag in enumerate(tag.lower().split(b"-")):
        if place > 0 and not behind_singleton and len(subtag) == 2:
            subtag = subtag.upper()
        if place > 0 and not behind_singleton and len(subtag) == 4:
            subtag = subtag[:1].upper() + subtag[1:]
        behind_singleton = behind_singleton or len(subtag) == 1
        subtags.append(subtag)
    need(b"-".join(subtags) == tag)


def is_file_name(name):
    return (re.fullmatch(NAME, name) and not name.endswith(b".")
            and not name.startswith(b"header.")
            and not re.fullmatch(DEVICE, name))


def read_file(text, b2sum, names):
    words = text.split(b" ")
    need(len(words) == 5)
    name, language, media_type, size, list_id = words
    need(is_file_name(name) and name not in names)
    read_language(language)
    need(len(media_type) <= 127)
    match(RESTRICTED + b"/" + RESTRICTED, media_type)
    size = read_number(size, 1, 2**30)
    match(b"-" if size <= 32768 else HASH, list_id)
    start = b"BLAKE2b-256 (" + name + b") = "
    need(b2sum.startswith(start))
    match(HASH, b2sum[len(start):])
    return name, size, list_id, b2sum[len(start):]


def read_day(text, wrong=Malformed):
    date = re.fullmatch(rb"([0-9]{4})-([0-9]{2})-([0-9]{2})", text)
    need(date, wrong)
    try:
        datetime.date(int(date[1]), int(date[2]), int(date[3]))
    except ValueError:
        raise wrong() from None


class Header:
    def __init__(self, octets):
        need(len(octets) <= 16256, Large)
        need(octets.endswith(b"\n"))
        self.rows = octets[:-1].split(b"\n")
        self.kind = self.take(b"p2pub1")
        match(WORD, self.kind)
        self.key_id, self.key = read_key(self.take(b"key"))
        read_day(self.take(b"date"))
        self.sequence = read_number(self.take(b"sequence"), 0, 2**31 - 1)
        self.previous, self.lines, self.files = [], [], []
        self.shapes = []  # name, language and type of each file
        while self.rows:
            self.read_row()
        need((self.sequence < 2) == (not self.previous))

    def take(self, word):
        need(self.rows and self.rows[0].startswith(word + b" "))
        return self.rows.pop(0)[len(word) + 1:]

    def read_row(self):
        word, _, text = self.rows.pop(0).partition(b" ")
        if word == b"previous":
            need(not self.lines and not self.files)
            need(len(self.previous) < 16, Large)
            match(HASH, text)
            need(not self.previous or self.previous[-1] < text)
            self.previous.append(text)
        elif word == b"file":
            need(len(self.files) < 128, Large)
            need(self.rows)
            names = [name for name, _, _, _ in self.files]
            self.files.append(read_file(text, self.rows.pop(0), names))
            self.shapes.append(text.split(b" ")[:3])
        else:
            need(not self.files)
            need(len(self.lines) < 512, Large)
            match(WORD, word)
            need(re.search(rb"[g-z]", word))
            need(word not in (b"key", b"date", b"sequence"))
            read_text(text)
            self.lines.append((word, text))


# Section 5, signatures, and section 8, the order of checks.


def read_minisig(text):
    need(len(text) <= 4096 and text.endswith(b"\n") and b"\r" not in text)
    rows = text[:-1].split(b"\n")
    need(len(rows) == 4)
    need(rows[0].startswith(b"untrusted comment: "))
    need(rows[2].startswith(b"trusted comment: "))
    match(rb"[A-Za-z0-9+/]{99}=", rows[1])
    match(rb"[A-Za-z0-9+/]{86}==", rows[3])
    first, second = base64.b64decode(rows[1]), base64.b64decode(rows[3])
    need(base64.b64encode(first) == rows[1] and first[:2] == b"ED")
    need(base64.b64encode(second) == rows[3])
    return first[2:10], first[10:], rows[2][17:], second


def open_record(octets, text):
    key_id, signature, comment, global_signature = read_minisig(text)
    header = Header(octets)
    need(key_id == header.key_id, BadSignature)
    need(comment == b"p2pub1 " + header.kind, BadSignature)
    verify(header.key, blake2b(octets, 64), signature)
    verify(header.key, signature + comment, global_signature)
    return header


# Sections 10 and 11, what statements and identities mean.


class Lines:
    def __init__(self, header):
        self.left, self.author = list(header.lines), header.key

    def take(self, word):
        if self.left and self.left[0][0] == word:
            return self.left.pop(0)[1]
        return None

    def take_keys(self, word, with_rest):
        keys = []
        while True:
            text = self.take(word)
            if text is None:
                return keys
            key, space, rest = text.partition(b" ")
            keys.append(read_key(key, Newer)[1])
            need(keys[-1] != self.author, Newer)
            need(len(set(keys)) == len(keys), Newer)
            with_rest(rest, space)


def read_signatory_name(name, space):
    need(len(name) <= 64 and not name.startswith(b" "), Newer)
    need(bool(name) == bool(space), Newer)


def read_head(text, _):
    words = text.split(b" ")
    need(len(words) == 2, Newer)
    read_number(words[0], 1, 2**31 - 1, Newer)
    match(HASH, words[1], Newer)


def take_all(lines, word):
    texts = []
    while lines.left and lines.left[0][0] == word:
        texts.append(lines.take(word))
    return texts


def need_ascending(values, most):
    need(len(values) <= most and values == sorted(set(values)), Newer)


def read_in_others(lines, word, most):
    others = [text.partition(b" ") for text in take_all(lines, word)]
    for tag, _, text in others:
        need(tag not in (b"-", b"und"), Newer)
        try:
            read_language(tag)
        except Malformed:
            raise Newer
        need(1 <= len(text) <= most and not text.startswith(b" "), Newer)
    need_ascending([tag for tag, _, _ in others], 16)


def read_statement(header):
    lines = Lines(header)
    title = lines.take(b"title")
    need(title is not None and len(title) <= 1024, Newer)
    read_in_others(lines, b"title-in", 1024)
    lines.take_keys(b"signatory", read_signatory_name)
    for word in (b"replaces", b"translates"):
        text = lines.take(word)
        need(text is None or re.fullmatch(HASH, text), Newer)
    lines.take_keys(b"head", read_head)
    work = lines.take(b"work")
    if work is not None:
        read_number(work, 0, 2**32 - 1, Newer)
    salt = lines.take(b"salt")
    need(salt is None or re.fullmatch(rb"[0-9a-f]{32}", salt), Newer)
    need(not lines.left, Newer)


def read_good(text):
    words = text.split(b" ")
    need(len(words) == 3, Newer)
    read_number(words[1], 1, 2**31 - 1, Newer)
    match(HASH, words[2], Newer)
    return read_key(words[0], Newer)[1]


def read_place(lines):
    version = read_number(lines.take(b"version") or b"", 1, 256, Newer)
    follows = take_all(lines, b"follows")
    good = [read_good(text) for text in take_all(lines, b"good")]
    need(all(re.fullmatch(HASH, text) for text in follows), Newer)
    need_ascending(follows, 4)
    need_ascending(good, 8)
    need(lines.author not in good, Newer)
    need(bool(follows) if version > 1 else not follows and not good, Newer)


def read_names(lines):
    name = lines.take(b"name")
    need(name is not None and len(name) <= 64, Newer)
    read_in_others(lines, b"name-in", 64)
    web = lines.take(b"web")
    need(web is None or len(web) <= 256 and re.fullmatch(WEB, web), Newer)


def read_identity(header):
    lines = Lines(header)
    read_place(lines)
    read_names(lines)
    keys = lines.take_keys(b"recovery", lambda _, space: need(not space, Newer))
    need(1 <= len(keys) <= 16, Newer)
    threshold = read_number(lines.take(b"threshold") or b"", 0, 16, Newer)
    need(threshold <= len(keys) < 2 * threshold, Newer)
    need(not lines.left and not header.files, Newer)


def read_cosign(header):
    lines = Lines(header)
    match(HASH, lines.take(b"signs") or b"", Newer)
    names = []
    name = lines.take(b"checked")
    while name is not None:
        need(is_file_name(name), Newer)
        names.append(name)
        name = lines.take(b"checked")
    need(len(names) <= 128 and names == sorted(set(names)), Newer)
    need(not lines.left and not header.files, Newer)


def read_withdraw(header):
    lines = Lines(header)
    match(HASH, lines.take(b"withdraws") or b"", Newer)
    need(len(lines.take(b"reason") or b" " * 1025) <= 1024, Newer)
    need(not lines.left and not header.files, Newer)


def read_revoke(header):
    lines = Lines(header)
    need(len(lines.take(b"reason") or b" " * 1025) <= 1024, Newer)
    need(not lines.left and not header.files, Newer)


def read_hashes(lines, words):
    for word in words:
        need(re.fullmatch(HASH, lines.take(word) or b""), Newer)


def is_box_size(size):
    if size > 2**24:
        return False
    while size % 2 == 0 and size >= 8192:
        size //= 2
    return size in (4096, 5120, 6144, 7168)


def read_sealed(header):
    lines = Lines(header)
    read_hashes(lines, (b"seals", b"key-id"))
    day = lines.take(b"opens")
    if day is not None:
        read_day(day, Newer)
    need(not lines.left and len(header.files) == 1, Newer)
    need(header.shapes[0] == [b"sealed.bin", b"-",
                              b"application/octet-stream"], Newer)
    need(is_box_size(header.files[0][1]), Newer)


def read_release(header):
    lines = Lines(header)
    read_hashes(lines, (b"opens", b"release-key"))
    need(not lines.left and not header.files, Newer)


def read_vouch(header):
    lines = Lines(header)
    key = read_key(lines.take(b"for") or b"", Newer)[1]
    need(key != lines.author, Newer)
    identity = lines.take(b"identity")
    need(identity is None or re.fullmatch(HASH, identity), Newer)
    need(len(lines.take(b"name") or b" " * 65) <= 64, Newer)
    need(not lines.left and not header.files, Newer)


def meaning_of(header):
    kinds = {b"statement": read_statement, b"identity": read_identity,
             b"cosign": read_cosign, b"withdraw": read_withdraw,
             b"revoke": read_revoke, b"sealed": read_sealed,
             b"release": read_release, b"vouch": read_vouch}
    if header.kind not in kinds:
        return "carried"
    try:
        kinds[header.kind](header)
    except Newer:
        return "newer"
    return header.kind.decode()


# Section 13, the files of one and two chunks that there are.


def check_file(folder, name, size, list_id, wanted):
    octets = read_octets(folder, name.decode())
    ids = [blake2b(octets[at:at + 32768]) for at in range(0, size, 32768)]
    assert len(octets) == size and len(ids) <= 1024
    assert blake2b(octets).hex() == wanted.decode()
    if len(ids) > 1:
        assert blake2b(b"".join(ids)).hex() == list_id.decode()


def read_octets(*path):
    with open(os.path.join(*path), "rb") as file:
        return file.read()


def check_good(folder, meaning):
    octets = read_octets(folder, "header.txt")
    header = open_record(octets, read_octets(folder, "header.txt.minisig"))
    assert meaning_of(header) == meaning, meaning_of(header)
    wanted = read_octets(folder, "id").decode()
    assert blake2b(octets).hex() + "\n" == wanted
    for file in header.files:
        check_file(folder, *file)


def verdict_of(octets, text):
    try:
        open_record(octets, text)
    except Malformed:
        return "malformed"
    except Large:
        return "large"
    except BadSignature:
        return "signature"
    return "accepted"


def main(vectors):
    good = read_octets(vectors, "good.txt").decode().splitlines()
    bad = read_octets(vectors, "bad.txt").decode().splitlines()
    failed = 0
    for row in good:
        name, meaning = row.split(" ")
        try:
            check_good(os.path.join(vectors, "good", name), meaning)
        except (Malformed, Large, BadSignature, AssertionError) as failure:
            print(f"{name}: {failure!r}")
            failed += 1
    for row in bad:
        name, wanted, _ = row.split(" ", 2)
        path = os.path.join(vectors, "bad", name)
        verdict = verdict_of(read_octets(path + ".header"),
                             read_octets(path + ".minisig"))
        if verdict != wanted:
            print(f"{name}: {verdict} instead of {wanted}")
            failed += 1
    print(f"{len(good)} good records, {len(bad)} bad ones, "
          f"{failed} disagreements")
    return 1 if failed or not good or not bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
