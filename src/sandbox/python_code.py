# The interpreter that runs the program: defines it, calls its function, answers what the tests' interpreter asks. Knows no test and
# nothing that is expected, so whatever the program does to it changes the program's own results alone.
import sys
import types

space = {}
target = None
kept = []


def refer(value):
    for number, known in enumerate(kept):
        if known is value:
            return number
    kept.append(value)
    return len(kept) - 1


plain = Plain(refer, lambda number: kept[number])


def said(error, file='<program>'):
    try:
        line, trace = None, error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == file:
                line = trace.tb_lineno
            trace = trace.tb_next
        message = str(error)
        if isinstance(error, SyntaxError):
            message, line = error.msg, error.lineno
        text = type(error).__name__ + (': ' + message[:1500] if message else '')
        return text + (f' (line {line})' if line else '')
    except BaseException:
        return ''


def ending(error):
    return 'memory' if isinstance(error, MemoryError) else 'stack' if isinstance(error, RecursionError) else 'threw'


def define(text):
    global space, target
    job = loads(text)
    module = types.ModuleType('program')
    sys.modules['program'] = module
    space = module.__dict__
    try:
        exec(compile(job['code'], '<program>', 'exec', dont_inherit=True), space)
    except BaseException as error:
        why = ending(error)
        return dumps({'ending': 'undefined' if why == 'threw' else why, 'said': said(error)})
    target = space.get(job['name'])
    if not callable(target):
        own = {id(x): x for x in list(space.values()) if isinstance(x, types.FunctionType) and x.__code__.co_filename == '<program>'}
        target = next(iter(own.values())) if len(own) == 1 else None
    return dumps({'ending': 'ran', 'found': target is not None})


def settled(value):
    # A coroutine is run as far as it goes by itself.
    if isinstance(value, types.CoroutineType):
        try:
            value.send(None)
        except StopIteration as done:
            return done.value
        raise NoOutput
    return value


def call(text):
    job = loads(text)
    try:
        return dumps({'ending': 'ran', 'output': written(settled(target(*job['input'])), job['room'])}, ensure_ascii=False)
    except NoOutput:
        return dumps({'ending': 'no output'})
    except BaseException as error:
        return dumps({'ending': ending(error), 'said': said(error)})


def answer(text):
    try:
        verb, *rest = loads(text)
        if verb == 'names':
            found = {}
            for name in rest[0]:
                if name in space and not name.startswith('__'):
                    value = space[name]
                    found[name] = {'m': value.__name__} if isinstance(value, types.ModuleType) else {'v': plain.pack(value)}
            return dumps({'names': found})
        it, *rest = [plain.unpack(x) for x in rest]
        if verb == 'call':
            value = settled(it(*rest[0], **rest[1]))
        elif verb == 'get':
            value = getattr(it, rest[0])
        elif verb == 'item':
            value = it[rest[0]]
        else:
            value = {'iter': iter, 'next': next, 'len': len, 'str': str, 'repr': repr}[verb](it)
        return dumps({'value': plain.pack(value)})
    except BaseException as error:
        return dumps({'raised': [type(error).__name__, str(error)[:1500] if not isinstance(error, (MemoryError, RecursionError)) else '', said(error)]})
