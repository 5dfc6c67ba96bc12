/** Insecure patterns of JavaScript and TypeScript. */
import { INPUT, SQL, forSecret, joined, varies } from '../pattern';
import type { Pattern } from '../pattern';

const call = (names: string, args = '(_) @a'): string => `(call_expression function: [(identifier) @f (member_expression property: (property_identifier) @f)] arguments: (arguments . ${args}) (#match? @f "^(?:${names})$")) @found`;
const FILES = 'readFile|readFileSync|writeFile|writeFileSync|appendFile|appendFileSync|createReadStream|createWriteStream|unlink|unlinkSync|sendFile|rmSync|rm';

export const JAVASCRIPT: readonly Pattern[] = [
  { kind: 'eval', name: 'eval()', query: '(call_expression function: (identifier) @f arguments: (arguments . (_) @a) (#eq? @f "eval")) @found', when: ({ a }) => varies(a) },
  { kind: 'eval', name: 'Function()', query: '(new_expression constructor: (identifier) @f arguments: (arguments (_) @a) (#eq? @f "Function")) @found', when: ({ a }) => varies(a) },
  { kind: 'eval', name: 'vm.runIn...()', query: call('runInThisContext|runInNewContext|runInContext'), when: ({ a }) => varies(a) },
  { kind: 'eval', name: 'setTimeout(text)', query: '(call_expression function: (identifier) @f arguments: (arguments . [(string) (template_string) (binary_expression)] @a) (#match? @f "^set(?:Timeout|Interval)$")) @found', when: ({ a }) => a!.type !== 'binary_expression' || joined(a) },
  { kind: 'shell', name: 'exec()', query: call('exec|execSync', '[(template_string) (binary_expression)] @a'), when: ({ a, f }) => joined(a) && !/regex|pattern|\bre\b|\//i.test(f!.parent?.childForFieldName('object')?.text ?? '') },
  { kind: 'shell', name: 'spawn(shell)', query: '(call_expression function: [(identifier) @f (member_expression property: (property_identifier) @f)] arguments: (arguments . (_) @a (object (pair key: (property_identifier) @k value: (true)))) (#match? @f "^(?:spawn|spawnSync|execFile|execFileSync)$") (#eq? @k "shell")) @found' },
  { kind: 'sql', name: 'SQL in a template', query: '(template_string (template_substitution)) @found', when: ({ found }) => SQL.test(found!.text) && found!.parent?.firstNamedChild?.text !== 'sql' },
  { kind: 'sql', name: 'SQL with +', query: '(binary_expression left: (_) @l operator: "+" right: (_) @r) @found', when: ({ found, l, r }) => found!.parent?.type !== 'binary_expression' && SQL.test(found!.text) && (varies(l) || varies(r)) && /["'`]/.test(found!.text) },
  { kind: 'random', name: 'Math.random()', query: '(call_expression function: (member_expression object: (identifier) @o property: (property_identifier) @p) (#eq? @o "Math") (#eq? @p "random")) @found', when: ({ found }) => forSecret(found!) },
  { kind: 'path', name: 'path.join(input)', query: '(call_expression function: (member_expression object: (identifier) @o property: (property_identifier) @p) arguments: (arguments (_) @a) (#eq? @o "path") (#match? @p "^(?:join|resolve)$")) @found', when: ({ a }) => a!.type !== 'string' && INPUT.test(a!.text) && !/basename/.test(a!.text) },
  { kind: 'path', name: 'a file of a joined name', query: call(FILES, '[(template_string) (binary_expression)] @a'), when: ({ a }) => joined(a) },
  { kind: 'deserialise', name: 'unserialize()', query: call('unserialize|deserialize'), when: ({ a, f }) => varies(a) && !/JSON/.test(f!.parent?.text ?? '') },
  { kind: 'hash', name: "createHash('md5')", query: call('createHash|createHmac', '(string) @a'), when: ({ a }) => /^.(?:md4|md5|sha-?1).$/i.test(a!.text) },
  { kind: 'html', name: 'innerHTML', query: '(assignment_expression left: (member_expression property: (property_identifier) @p) right: (_) @a (#match? @p "^(?:innerHTML|outerHTML)$")) @found', when: ({ a }) => varies(a) },
  { kind: 'html', name: 'document.write()', query: '(call_expression function: (member_expression object: (identifier) @o property: (property_identifier) @p) arguments: (arguments . (_) @a) (#eq? @o "document") (#match? @p "^write(?:ln)?$")) @found', when: ({ a }) => varies(a) },
  { kind: 'tls', name: 'rejectUnauthorized: false', query: '(pair key: (property_identifier) @k value: (false) (#eq? @k "rejectUnauthorized")) @found' },
];
