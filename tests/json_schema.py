"""json_schema.py - checks the output of --json against the section JSON of znn(1)

usage: json_schema.py PAGE OBJECT=FILE...

Each FILE holds one array, as a command printed it.  Most entries must be an OBJECT.  An entry with "ok": false must be
a "failure", an entry of a dry run a "rehearsal", and an entry that was not coded "known".

Every key must be documented with its type.  Every documented key that is not optional must be there.  Every documented
key, optional or not, must occur in some file.
"""
import json
import re
import sys


def read_page(path):
    """Returns {object: {key: (type, is_optional)}}, from lines such as '.It Em base?' and 'integer, bytes:'."""
    objects = {}
    current = None
    key = None
    for line in open(path, encoding="utf-8"):
        line = line.rstrip("\n")
        if line.startswith((".Ss ", ".Sh ")):
            found = re.fullmatch(r"\.Ss JSON object (\w+)", line)
            current = objects.setdefault(found.group(1), {}) if found else None
        elif current is not None and line.startswith(".It "):
            found = re.fullmatch(r"\.It Em (\w+\??)", line)
            assert found, f"{path}: '{line}' documents no key of an object"
            assert found.group(1).rstrip("?") not in current, f"{path}: '{line}' stands there twice"
            key = found.group(1)
        elif current is not None and key:
            kind = line.split(":")[0].split(",")[0]
            current[key.rstrip("?")] = (kind, key.endswith("?"))
            key = None
    return objects


class Checker:
    def __init__(self, objects):
        self.objects = objects
        self.seen = set()
        self.faults = 0

    def fault(self, where, text):
        print(f"{where}: {text}")
        self.faults += 1

    def check_value(self, where, kind, value):
        if kind.startswith("array of "):
            if not isinstance(value, list):
                return self.fault(where, "no array")
            for item in value:
                self.check_value(where + "[]", kind[len("array of "):], item)
        elif kind.startswith("object "):
            self.check_object(where, kind[len("object "):], value)
        elif kind in self.objects:
            self.check_object(where, kind, value)
        else:
            is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
            good = {
                "string": isinstance(value, str),
                "boolean": isinstance(value, bool),
                "integer": isinstance(value, int) and not isinstance(value, bool),
                "number": is_number,
                "number or null": is_number or value is None,
            }.get(kind)
            if not good:
                self.fault(where, f"{value!r} is not of the type '{kind}'")

    def check_object(self, where, name, value):
        if not isinstance(value, dict):
            return self.fault(where, "no object")
        keys = self.objects[name]
        for key in value:
            if key not in keys:
                self.fault(where, f"the key '{key}' is not documented for '{name}'")
                continue
            self.seen.add((name, key))
            self.check_value(f"{where}.{key}", keys[key][0], value[key])
        for key, (_, is_optional) in keys.items():
            if not is_optional and key not in value:
                self.fault(where, f"'{name}' has no key '{key}'")


def no_duplicates(pairs):
    keys = [key for key, _ in pairs]
    assert len(set(keys)) == len(keys), f"a key occurs twice: {keys}"
    return dict(pairs)


def object_of(entry, name):
    if entry.get("ok") is not True:
        return "failure"
    if "dry_run" in entry:
        return "rehearsal"
    return "known" if {"up_to_date", "link", "hard_link"} & entry.keys() else name


def main():
    objects = read_page(sys.argv[1])
    checker = Checker(objects)
    assert len(objects) > 10, "the page was not understood"
    for argument in sys.argv[2:]:
        name, path = argument.split("=", 1)
        with open(path, encoding="utf-8") as file:
            entries = json.load(file, object_pairs_hook=no_duplicates)
        assert isinstance(entries, list), f"{path} is no array"
        for entry in entries:
            checker.check_object(path, object_of(entry, name), entry)
    for name, keys in objects.items():
        for key in keys:
            if (name, key) not in checker.seen:
                checker.fault(sys.argv[1], f"the key '{key}' of '{name}' never occurred")
    sys.exit(checker.faults > 0)


main()
