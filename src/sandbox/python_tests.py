# The interpreter that runs the tests. The program lives in another one: what the tests call are stand-ins that ask it and get plain data
# back, so nothing of the program is ever run here and nothing here can be reached by it.
import builtins
import importlib
import os

# No file: writing to it asks the other interpreter, reading gives what it answered.
DOOR = 1000
asked = 0
last = None
stand_ins = {}


class ProgramError(Exception):
    pass


class StandIn:
    # A function, class or object of the program. It equals itself alone: nobody asks the program whether it equals what is expected.
    def __init__(self, number):
        object.__setattr__(self, 'number', number)

    def __call__(self, *args, **kwargs):
        global asked, last
        asked += 1
        last = None
        last = ask('call', self, args, kwargs)
        return last

    def __getattr__(self, name):
        if name.startswith('__'):
            raise AttributeError(name)
        return ask('get', self, name)

    def __getitem__(self, key):
        return ask('item', self, key)

    def __iter__(self):
        return ask('iter', self)

    def __next__(self):
        return ask('next', self)

    def __len__(self):
        return ask('len', self)

    def __bool__(self):
        return True

    def __str__(self):
        return ask('str', self)

    def __repr__(self):
        return ask('repr', self)


def number_of(value):
    if type(value) is StandIn:
        return value.number
    raise TypeError('Tests can hand the program plain data only, no ' + type(value).__name__ + '.')


def stand_in(number):
    if type(number) is not int:
        raise ValueError('No such kind of data.')
    return stand_ins.setdefault(number, StandIn(number))


across = Plain(number_of, stand_in)


def raised(kind, message, told):
    of = getattr(builtins, str(kind), None)
    if not (isinstance(of, type) and issubclass(of, Exception)):
        of, message = ProgramError, told
    try:
        error = of(message)
    except Exception:
        error = ProgramError(told)
    error.told = str(told)
    return error


def exchange(text):
    os.write(DOOR, text.encode('utf-8', 'surrogatepass'))
    size = int(os.read(DOOR, 12))
    pieces = []
    while size > 0:
        pieces.append(os.read(DOOR, size))
        size -= len(pieces[-1])
    return loads(b''.join(pieces).decode('utf-8', 'surrogatepass'))


def ask(verb, *rest):
    reply = exchange(dumps([verb, *[across.pack(x) for x in rest]]))
    if 'raised' in reply:
        raise raised(*reply['raised'])
    return across.unpack(reply['value'])


def names_of(code):
    found = set(code.co_names)
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            found |= names_of(inner)
    return found


def bind(module, name):
    # What the tests do not import and the program did, they take from the library, not from the program.
    return importlib.import_module(name if name in sys.stdlib_module_names else str(module))


def failed(error, tests):
    told = getattr(error, 'told', None)
    if isinstance(told, str) and told:
        return told
    if not isinstance(error, AssertionError):
        return said(error, '<tests>')
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == '<tests>':
            line = trace.tb_lineno
        trace = trace.tb_next
    text = str(error)[:500] or tests.split('\n')[line - 1].strip()[:500]
    try:
        got = f' (got {last!r:.300})'
    except BaseException:
        got = ''
    return 'AssertionError: ' + text + got


def test(text):
    job = loads(text)
    names = {'__name__': 'tests', '__builtins__': builtins}
    try:
        code = compile(job['tests'], '<tests>', 'exec', dont_inherit=True)
    except BaseException as error:
        return dumps({'ending': 'undefined', 'said': 'The tests do not compile. ' + said(error, '<tests>')})
    try:
        wanted = {name for name in names_of(code) if not hasattr(builtins, name)} | {job['name']}
        for name, found in exchange(dumps(['names', sorted(wanted)]))['names'].items():
            # The answer comes from beside the program: it may not bring names that nobody asked for.
            if name in wanted:
                names[name] = bind(found['m'], name) if 'm' in found else across.unpack(found['v'])
        exec(code, names)
    except BaseException as error:
        return dumps({'ending': ending(error), 'said': failed(error, job['tests'])})
    if asked == 0:
        return dumps({'ending': 'threw', 'said': 'No test was reached.'})
    return dumps({'ending': 'ran'})
