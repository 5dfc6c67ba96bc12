/** Insecure patterns of Lua. */
import { INPUT, SQL, forSecret, joined, varies } from '../pattern';
import type { Pattern } from '../pattern';

const plain = (names: string): string => `(function_call name: (identifier) @f arguments: (arguments . (_) @a) (#match? @f "^(?:${names})$")) @found`;
const on = (object: string, names: string, args = '. (_) @a'): string => `(function_call name: (dot_index_expression table: (identifier) @o field: (identifier) @f) arguments: (arguments ${args}) (#match? @o "^(?:${object})$") (#match? @f "^(?:${names})$")) @found`;

export const LUA: readonly Pattern[] = [
  { kind: 'eval', name: 'load()', query: plain('load|loadstring|dofile|loadfile'), when: ({ a }) => varies(a) && !/function/.test(a!.type) },
  { kind: 'shell', name: 'os.execute()', query: on('os|io', 'execute|popen'), when: ({ a }) => varies(a) },
  { kind: 'sql', name: 'SQL with ..', query: '(binary_expression left: (_) @l right: (_) @r) @found', when: ({ found, l, r }) => found!.parent?.type !== 'binary_expression' && SQL.test(found!.text) && /["'[]/.test(found!.text) && (varies(l) || varies(r)) },
  { kind: 'sql', name: 'SQL with format()', query: on('string', 'format', '. (string) @s (_) @a'), when: ({ s, a }) => SQL.test(s!.text) && varies(a) },
  { kind: 'random', name: 'math.random()', query: on('math', 'random', ''), when: ({ found }) => forSecret(found!) },
  { kind: 'path', name: 'io.open of a joined name', query: on('io|os', 'open|lines|remove|rename'), when: ({ a }) => joined(a) || (varies(a) && INPUT.test(a!.text)) },
];
