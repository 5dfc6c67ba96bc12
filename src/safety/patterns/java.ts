/** Insecure patterns of Java. */
import { INPUT, SQL, forSecret, joined, varies } from '../pattern';
import type { Pattern } from '../pattern';

const call = (names: string, args = '. (_) @a'): string => `(method_invocation name: (identifier) @f arguments: (argument_list ${args}) (#match? @f "^(?:${names})$")) @found`;

export const JAVA: readonly Pattern[] = [
  { kind: 'eval', name: 'ScriptEngine.eval()', query: call('eval'), when: ({ a, found }) => varies(a) && /engine|script/i.test(found!.childForFieldName('object')?.text ?? '') },
  { kind: 'shell', name: 'Runtime.exec()', query: call('exec'), when: ({ a, found }) => (joined(a) || a!.type === 'identifier') && /runtime/i.test(found!.childForFieldName('object')?.text ?? '') },
  { kind: 'sql', name: 'SQL with +', query: '(binary_expression left: (_) @l right: (_) @r) @found', when: ({ found, l, r }) => found!.parent?.type !== 'binary_expression' && SQL.test(found!.text) && /"/.test(found!.text) && (varies(l) || varies(r)) },
  { kind: 'sql', name: 'SQL with format()', query: call('format', '. (string_literal) @s (_) @a'), when: ({ s, a }) => SQL.test(s!.text) && varies(a) },
  { kind: 'random', name: 'Random', query: '(object_creation_expression type: (type_identifier) @t (#eq? @t "Random")) @found', when: ({ found }) => forSecret(found!) },
  { kind: 'random', name: 'Math.random()', query: '(method_invocation object: (identifier) @o name: (identifier) @f (#eq? @o "Math") (#eq? @f "random")) @found', when: ({ found }) => forSecret(found!) },
  { kind: 'path', name: 'File(input)', query: '(object_creation_expression type: (type_identifier) @t arguments: (argument_list (_) @a) (#match? @t "^(?:File|FileInputStream|FileReader|FileOutputStream|FileWriter)$")) @found', when: ({ a }) => joined(a) || /getParameter|getHeader/.test(a!.text) },
  { kind: 'path', name: 'Paths.get(input)', query: '(method_invocation object: (identifier) @o name: (identifier) @f arguments: (argument_list (_) @a) (#match? @o "^Paths?$") (#match? @f "^(?:get|of)$")) @found', when: ({ a }) => varies(a) && INPUT.test(a!.text) },
  { kind: 'deserialise', name: 'readObject()', query: '(method_invocation object: (_) @o name: (identifier) @f (#match? @f "^(?:readObject|readUnshared)$")) @found' },
  { kind: 'hash', name: 'MessageDigest MD5', query: '(method_invocation object: (identifier) @o name: (identifier) @f arguments: (argument_list . (string_literal) @a) (#eq? @o "MessageDigest") (#eq? @f "getInstance")) @found', when: ({ a }) => /^"(?:MD5|SHA-?1)"$/i.test(a!.text) },
];
