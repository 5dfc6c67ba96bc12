# How a result becomes text: canonical JSON, so that values that Python calls equal have one text. Knows no program.
# Tuples are lists; sets are lists in the order of their elements' texts; keys stand sorted; 2.0 is 2. What JSON has no number for is an
# object ({"float":"nan"}). True is not 1. Bytes, complex numbers, iterators and objects of classes have no text.
from json.encoder import encode_basestring as quoted


class NoOutput(Exception):
    pass


def number(value):
    if value != value:
        return '{"float":"nan"}'
    if value in (float('inf'), float('-inf')):
        return '{"float":"inf"}' if value > 0 else '{"float":"-inf"}'
    return int.__repr__(int(value)) if value.is_integer() else float.__repr__(value)


def written(value, room):
    left = room

    def take(text):
        nonlocal left
        left -= len(text)
        if left < 0:
            raise NoOutput
        return text

    def put(value):
        if value is None:
            return take('null')
        if value is True:
            return take('true')
        if value is False:
            return take('false')
        if isinstance(value, str):
            if str.__len__(value) > left:
                raise NoOutput
            return take(quoted(str.__str__(value)))
        if isinstance(value, int):
            return take(int.__repr__(value))
        if isinstance(value, float):
            return take(number(float.__float__(value)))
        if isinstance(value, list):
            return '[' + ','.join([put(x) for x in list.__iter__(value)]) + take(']')
        if isinstance(value, tuple):
            return '[' + ','.join([put(x) for x in tuple.__iter__(value)]) + take(']')
        if isinstance(value, dict):
            pairs = sorted([(key(k), put(x)) for k, x in dict.items(value)])
            return '{' + ','.join([k + ':' + x for k, x in pairs]) + take('}')
        if isinstance(value, (set, frozenset)):
            return '[' + ','.join(sorted([put(x) for x in type(value).__iter__(value)])) + take(']')
        raise NoOutput

    def key(value):
        return put(value) if isinstance(value, str) else take(quoted(put(value)))

    try:
        # Half a character, as JSON writes it.
        return put(value).encode('utf-8', 'backslashreplace').decode()
    except (RecursionError, ValueError):
        # Too deep or a circle; an integer of more digits than Python writes.
        raise NoOutput from None
