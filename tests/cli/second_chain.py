"""A second judge of identities, written from bundles/FORMAT.md alone.

Reads tests/vectors/chains and says where it does not agree: section 11, "Which
version counts" and "What ends with a key".  Where that page bounds the work of
a reader, it fails instead: the vectors are smaller.
"""

import os
import re
import sys

from second_reader import (HASH, Header, blake2b, meaning_of, need, read_key,
                           read_octets, verify)


class Record:
    def __init__(self, wire):
        signature, octets = wire[:64], wire[128:]
        header = Header(octets)
        verify(header.key, blake2b(octets, 64), signature)
        verify(header.key, signature + b"p2pub1 " + header.kind, wire[64:128])
        self.id, self.key = blake2b(octets).hex().encode(), header.key
        self.kind, self.sequence = header.kind, header.sequence
        self.previous, self.lines = header.previous, header.lines
        self.is_version = meaning_of(header) == "identity"
        if self.is_version:
            self.read_version()

    def texts(self, word):
        return [text for other, text in self.lines if other == word]

    def read_version(self):
        self.number = int(self.texts(b"version")[0])
        self.follows = self.texts(b"follows")
        self.recovery = [read_key(key)[1] for key in self.texts(b"recovery")]
        self.threshold = int(self.texts(b"threshold")[0])
        self.good = {}
        for text in self.texts(b"good"):
            key, number, named = text.split(b" ")
            self.good[read_key(key)[1]] = int(number), named

    def about(self, word):
        ids = [text for text in self.texts(word) if re.fullmatch(HASH, text)]
        return ids[0] if ids else None


# Which version counts.


def have_agreed(records, asked, version):
    """As many recovery keys of asked have agreed to version as it says."""
    agreed = {record.key for record in records.values()
              if record.kind == b"cosign"
              and record.about(b"signs") == version.id} | {version.key}
    return len(agreed & set(asked.recovery)) >= asked.threshold


class Chain:
    def __init__(self, records, root):
        self.records = records
        levels = [[root]]
        while levels[-1]:
            need(len(levels[-1]) <= 8)
            levels.append(self.find_next(levels[-1]))
        self.versions = [version for level in levels for version in level]
        self.find_present(levels)
        self.past = self.before(self.present) + [self.present]
        self.keys = {version.key for version in self.past}
        self.is_in_conflict = len(self.past) < len(self.versions)

    def find_next(self, level):
        followed = {version.id: version for version in level}
        return sorted((record for record in self.records.values()
                       if record.is_version
                       and record.number == level[0].number + 1
                       and set(record.follows) <= set(followed)
                       and self.does_count(record, followed)),
                      key=lambda record: record.id)

    def does_count(self, version, followed):
        before = [followed[one] for one in version.follows]
        return (all(have_agreed(self.records, one, version)
                    for one in before + [version])
                and all(one.key == version.key or one.key in version.good
                        for one in before))

    def before(self, version):
        ids, todo = set(), list(version.follows)
        while todo:
            one = todo.pop()
            todo += self.records[one].follows
            ids.add(one)
        return [one for one in self.versions if one.id in ids]

    def find_present(self, levels):
        lower = 0
        for level in levels:
            if len(level) == 1 and len(self.before(level[0])) == lower:
                self.present = level[0]
            lower += len(level)

    # What ends with a key.

    def find_good(self, key):
        """What is good, and the number below which that cannot be told."""
        says = [version for version in self.past if key in version.good]
        last = max(version.number for version in says)
        good, below = {}, 0
        todo = [version.good[key] + (True,) for version in says
                if version.number == last]
        while todo:
            number, one, is_last = todo.pop()
            record = self.records.get(one)
            if record is None:
                below = max(below, number)
            elif (record.key == key and 0 < record.sequence <= number
                  and (record.sequence == number or not is_last)):
                good[one] = record
                todo += [(record.sequence - 1, previous, False)
                         for previous in record.previous]
        return good, below

    def standing_of(self, record):
        if (record.key not in self.keys or record.key == self.present.key
                or record in self.versions):
            return "good"
        good, below = self.find_good(record.key)
        sealed = [one.about(b"seals") for one in good.values()
                  if one.kind == b"sealed"]
        if record.id in good or record.sequence == 0 and record.id in sealed:
            return "good"
        return "open" if 0 < record.sequence < below else "claimed"


# Whose a key is, for a reader who has pinned a version 1, or none.


def find_root(records, version):
    """The version 1 to which it goes back, if it may count."""
    if version.number > 1:
        before = records.get(version.follows[0])
        if (before is None or not before.is_version
                or not have_agreed(records, before, version)):
            return None
    while version and version.is_version and version.number > 1:
        number = version.number - 1
        version = records.get(version.follows[0])
        if version and version.is_version and version.number != number:
            return None
    return version if version and version.is_version else None


def find_chain(records, key):
    """The one in which the key wrote a version that counts."""
    own = [record for record in records.values()
           if record.kind == b"identity" and record.key == key]
    roots = {root.id: root for root in (find_root(records, record)
                                        for record in own if record.is_version)
             if root}
    need(len(own) <= 64 and len(roots) <= 8)
    chains = [Chain(records, root) for root in roots.values()]
    chains = [chain for chain in chains
              if key in {version.key for version in chain.versions}]
    return chains[0] if len(chains) == 1 else None


class Reader:
    def __init__(self, records, root):
        self.records = records
        self.pinned = Chain(records, root) if root else None

    def standing_of(self, record):
        chain = self.pinned
        if chain is None or record.key not in chain.keys:
            chain = find_chain(self.records, record.key)
        return chain.standing_of(record) if chain else "good"


# The files.


class Chains:
    def __init__(self, text):
        self.named, self.wanted = {}, []
        for line in text.decode().splitlines():
            word, *rest = line.split(" ")
            if word == "record":
                self.named[rest[0]] = Record(bytes.fromhex(rest[1]))
            elif word != "#":
                self.wanted.append((word, rest))
        self.names = {one.id: name for name, one in self.named.items()}
        self.records = {one.id: one for one in self.named.values()}

    def found(self, reader, word, wanted):
        if word in ("good", "claimed", "open"):
            return [name for name in wanted
                    if reader.standing_of(self.named[name]) == word]
        chain = reader.pinned
        if word == "counts":
            return [self.names[one.id] for one in chain.versions]
        if word == "present":
            return [self.names[chain.present.id]]
        if word == "key":
            key = read_key(wanted[0].encode())[1]
            return wanted if key == chain.present.key else ["another"]
        assert word == "conflict", word
        return ["yes" if chain.is_in_conflict else "no"]

    def disagreements(self):
        reader = None
        for word, wanted in self.wanted:
            if word in ("pinned", "unpinned"):
                root = self.named[wanted[0]] if wanted else None
                reader = Reader(self.records, root)
            elif self.found(reader, word, wanted) != wanted:
                found = " ".join(self.found(reader, word, wanted))
                yield f"{word} {found} instead of {' '.join(wanted)}"


def main(vectors):
    names = sorted(os.listdir(vectors))
    failed = 0
    for name in names:
        chains = Chains(read_octets(vectors, name))
        for line in chains.disagreements():
            print(f"{name}: {line}")
            failed += 1
    print(f"{len(names)} chains, {failed} disagreements")
    return 1 if failed or not names else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
