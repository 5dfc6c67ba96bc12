/** Insecure patterns of Ruby. */
import { INPUT, SQL, forSecret, joined, varies } from '../pattern';
import type { Pattern } from '../pattern';

const call = (names: string, args = '. (_) @a'): string => `(call method: (identifier) @f arguments: (argument_list ${args}) (#match? @f "^(?:${names})$")) @found`;
const on = (object: string, names: string, args = ''): string => `(call receiver: (_) @o method: (identifier) @f ${args === '' ? '' : `arguments: (argument_list ${args})`} (#match? @o "^(?:${object})$") (#match? @f "^(?:${names})$")) @found`;

export const RUBY: readonly Pattern[] = [
  { kind: 'eval', name: 'eval', query: call('eval|instance_eval|class_eval|module_eval'), when: ({ a }) => varies(a) },
  { kind: 'eval', name: 'send(input)', query: call('send|public_send|const_get'), when: ({ a }) => /\b(?:params|request|ARGV)\b/.test(a!.text) },
  { kind: 'shell', name: 'system', query: call('system|exec|spawn|popen'), when: ({ a, found }) => joined(a) || (found!.childForFieldName('receiver') === null && found!.childForFieldName('arguments')!.namedChildCount === 1 && a!.type === 'identifier') },
  { kind: 'shell', name: 'backticks', query: '(subshell (interpolation)) @found' },
  { kind: 'sql', name: 'SQL in a text', query: '(string (interpolation)) @found', when: ({ found }) => SQL.test(found!.text) },
  { kind: 'sql', name: 'SQL with +', query: '(binary left: (_) @l right: (_) @r) @found', when: ({ found, l, r }) => found!.parent?.type !== 'binary' && SQL.test(found!.text) && /["']/.test(found!.text) && (varies(l) || varies(r)) },
  { kind: 'sql', name: 'where("#{...}")', query: call('where|find_by_sql|order|having|joins|exists\\\\?', '. (string (interpolation)) @a'), when: ({ found }) => found!.childForFieldName('receiver') !== null },
  { kind: 'random', name: 'rand', query: '([(call method: (identifier) @f) (identifier) @f] @found (#match? @f "^(?:rand|sample|shuffle)$"))', when: ({ found, f }) => forSecret(found!) && (found!.type !== 'identifier' || (found!.parent?.type !== 'call' && f!.text === 'rand')) && !/SecureRandom/.test(found!.text) },
  { kind: 'path', name: 'File.join(input)', query: on('File|IO|Pathname|Dir', 'join|read|open|new|readlines|write|delete|glob', '(_) @a'), when: ({ a, f }) => (INPUT.test(a!.text) && a!.type !== 'string' && !/basename/.test(a!.text)) || (f!.text !== 'join' && joined(a)) },
  { kind: 'deserialise', name: 'Marshal.load', query: on('Marshal', 'load|restore') },
  { kind: 'deserialise', name: 'YAML.load', query: on('YAML|Psych', 'load|unsafe_load') },
  { kind: 'hash', name: 'Digest::MD5', query: '((scope_resolution scope: (constant) @o name: (constant) @f) @found (#eq? @o "Digest") (#match? @f "^(?:MD5|SHA1)$"))' },
  { kind: 'html', name: 'html_safe', query: '(call receiver: (_) @a method: (identifier) @f (#match? @f "^(?:html_safe|raw)$")) @found', when: ({ a }) => varies(a) },
  { kind: 'tls', name: 'VERIFY_NONE', query: '((scope_resolution name: (constant) @f) @found (#eq? @f "VERIFY_NONE"))' },
];
