/** Insecure patterns of Python. */
import { INPUT, SQL, forSecret, joined, varies } from '../pattern';
import type { Pattern } from '../pattern';

const on = (object: string, names: string, args = ''): string => `(call function: (attribute object: (_) @o attribute: (identifier) @f) arguments: (argument_list ${args}) (#match? @o "^(?:${object})$") (#match? @f "^(?:${names})$")) @found`;
const plain = (names: string, args = '. (_) @a'): string => `(call function: (identifier) @f arguments: (argument_list ${args}) (#match? @f "^(?:${names})$")) @found`;
const keyword = (name: string, value: string): string => `(keyword_argument name: (identifier) @k value: (${value}) (#eq? @k "${name}"))`;

export const PYTHON: readonly Pattern[] = [
  { kind: 'eval', name: 'eval()', query: plain('eval|exec'), when: ({ a }) => varies(a) },
  { kind: 'shell', name: 'os.system()', query: on('os', 'system|popen', '. (_) @a'), when: ({ a }) => varies(a) },
  { kind: 'shell', name: 'subprocess(shell=True)', query: `(call function: [(attribute attribute: (identifier) @f) (identifier) @f] arguments: (argument_list . (_) @a ${keyword('shell', 'true')}) (#match? @f "^(?:run|call|check_call|check_output|Popen)$")) @found`, when: ({ a }) => varies(a) },
  { kind: 'sql', name: 'SQL in an f-string', query: '(string (interpolation)) @found', when: ({ found }) => SQL.test(found!.text) },
  { kind: 'sql', name: 'SQL with + or %', query: '(binary_operator left: (_) @l right: (_) @r) @found', when: ({ found, l, r }) => found!.parent?.type !== 'binary_operator' && SQL.test(found!.text) && /["']/.test(found!.text) && (varies(l) || varies(r)) },
  { kind: 'sql', name: 'SQL with format()', query: '(call function: (attribute object: [(string) (parenthesized_expression) (concatenated_string)] @o attribute: (identifier) @f) (#eq? @f "format")) @found', when: ({ o, found }) => SQL.test(o!.text) && varies(found!.childForFieldName('arguments') ?? undefined) },
  { kind: 'random', name: 'random', query: on('random', 'random|randint|randrange|choice|choices|sample|getrandbits|shuffle'), when: ({ found }) => forSecret(found!) },
  { kind: 'path', name: 'os.path.join(input)', query: on('os\\\\.path', 'join', '(_) @a'), when: ({ a }) => a!.type !== 'string' && INPUT.test(a!.text) && !/basename|secure_filename/.test(a!.text) },
  { kind: 'path', name: 'open() of a joined name', query: plain('open'), when: ({ a }) => joined(a) },
  { kind: 'deserialise', name: 'pickle', query: on('pickle|cPickle|dill|marshal|jsonpickle|shelve', 'load|loads|decode|open') },
  { kind: 'deserialise', name: 'yaml.load()', query: on('yaml', 'load|load_all'), when: ({ found }) => !/Safe/.test(found!.text) },
  { kind: 'hash', name: 'hashlib.md5()', query: on('hashlib', 'md5|sha1'), when: ({ found }) => !/usedforsecurity\s*=\s*False/.test(found!.text) },
  { kind: 'hash', name: "hashlib.new('md5')", query: on('hashlib', 'new', '. (string) @a'), when: ({ a }) => /md5|sha1\b/i.test(a!.text) },
  { kind: 'html', name: 'Markup()', query: plain('Markup|mark_safe|render_template_string'), when: ({ a }) => varies(a) },
  { kind: 'tls', name: 'verify=False', query: `(call arguments: (argument_list ${keyword('verify', 'false')})) @found` },
];
