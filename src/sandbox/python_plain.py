# Plain data on its way between the interpreter of the program and that of the tests: JSON with tags. Knows neither.
# What comes back is of Python's own types alone; anything else is a reference that its keeper numbers.
import json

dumps, loads = json.dumps, json.loads
LARGEST = 1 << 63


class Plain:
    def __init__(self, refer, resolve):
        self.refer, self.resolve = refer, resolve

    def pack(self, value):
        if value is None or value is True or value is False:
            return value
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, int):
            value = int.__int__(value)
            return value if -LARGEST < value < LARGEST else {'i': hex(value)}
        if isinstance(value, float):
            return float.__float__(value)
        if isinstance(value, list):
            return [self.pack(x) for x in list.__iter__(value)]
        if isinstance(value, tuple):
            return {'t': [self.pack(x) for x in tuple.__iter__(value)]}
        if isinstance(value, dict):
            return {'d': [[self.pack(k), self.pack(x)] for k, x in dict.items(value)]}
        if isinstance(value, frozenset):
            return {'f': [self.pack(x) for x in frozenset.__iter__(value)]}
        if isinstance(value, set):
            return {'s': [self.pack(x) for x in set.__iter__(value)]}
        if isinstance(value, (bytes, bytearray)):
            return {'b' if isinstance(value, bytes) else 'a': value.hex()}
        if isinstance(value, complex):
            return {'c': [value.real, value.imag]}
        if isinstance(value, range):
            return {'r': [value.start, value.stop, value.step]}
        return {'o': self.refer(value)}

    def unpack(self, packed):
        if type(packed) is list:
            return [self.unpack(x) for x in packed]
        if type(packed) is not dict:
            return packed
        (tag, held), = packed.items()
        if tag == 'i':
            return int(held, 16)
        if tag == 't':
            return tuple([self.unpack(x) for x in held])
        if tag == 'd':
            return {self.unpack(k): self.unpack(x) for k, x in held}
        if tag == 'f':
            return frozenset([self.unpack(x) for x in held])
        if tag == 's':
            return {self.unpack(x) for x in held}
        if tag == 'b':
            return bytes.fromhex(held)
        if tag == 'a':
            return bytearray.fromhex(held)
        if tag == 'c':
            return complex(*held)
        if tag == 'r':
            return range(*held)
        if tag == 'o':
            return self.resolve(held)
        raise ValueError('No such kind of data.')
