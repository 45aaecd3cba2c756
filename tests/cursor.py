"""cursor.py - reads a block of bytes from front to back, and refuses bytes that break a rule"""
NOT_ZNN, TOO_NEW, CORRUPT, WRONG_BASE = "not znn", "too new", "corrupt", "wrong base"


class Refused(Exception):
    """The file cannot be decoded.  The arguments are the kind of the error and the reason."""


def check(condition, what):
    if not condition:
        raise Refused(CORRUPT, what)


class Cursor:
    """A position in `data`.  It never moves beyond the end.  Error messages call the data `name`."""

    def __init__(self, data, name, at=0):
        self.data, self.name, self.at = data, name, at

    def bytes(self, n):
        check(n <= len(self.data) - self.at, f"{self.name} is cut short")
        self.at += n
        return self.data[self.at - n:self.at]

    def byte(self):
        return self.bytes(1)[0]

    def fixed(self, layout):
        """Reads the fields of a struct.Struct."""
        return layout.unpack(self.bytes(layout.size))

    def leb(self):
        number, shift = 0, 0
        while True:
            byte = self.byte()
            number |= (byte & 127) << shift
            check(number < 2**64, f"{self.name} holds a LEB of more than 64 bits")
            if byte < 128:
                break
            shift += 7
        check(byte != 0 or shift == 0, f"{self.name} holds an overlong LEB")
        return number

    def finish(self):
        check(self.at == len(self.data), f"{self.name} is not used up to its end")
