/** Insecure patterns of Go. */
import { INPUT, SQL, forSecret, joined, varies } from '../pattern';
import type { Pattern } from '../pattern';

const on = (object: string, names: string, args = ''): string => `(call_expression function: (selector_expression operand: (_) @o field: (field_identifier) @f) arguments: (argument_list ${args}) (#match? @o "^(?:${object})$") (#match? @f "^(?:${names})$")) @found`;

export const GO: readonly Pattern[] = [
  { kind: 'shell', name: 'exec.Command("sh", "-c")', query: on('exec', 'Command|CommandContext', '(_) @a .'), when: ({ a, found }) => varies(a) && /"(?:\/bin\/)?(?:ba)?sh"\s*,\s*"-c"/.test(found!.text) },
  { kind: 'sql', name: 'SQL with Sprintf', query: on('fmt', 'Sprintf', '. (_) @s (_) @a'), when: ({ s, a }) => SQL.test(s!.text) && varies(a) },
  { kind: 'sql', name: 'SQL with +', query: '(binary_expression left: (_) @l right: (_) @r) @found', when: ({ found, l, r }) => found!.parent?.type !== 'binary_expression' && SQL.test(found!.text) && /["`]/.test(found!.text) && (varies(l) || varies(r)) },
  { kind: 'random', name: 'math/rand', query: on('rand', 'Int|Intn|Int31|Int31n|Int63|Int63n|Uint32|Float64|Perm'), when: ({ found }) => forSecret(found!) },
  { kind: 'path', name: 'filepath.Join(input)', query: on('filepath|path', 'Join', '(_) @a'), when: ({ a }) => INPUT.test(a!.text) && !/Base\(|Clean\(/.test(a!.text) && varies(a) },
  { kind: 'path', name: 'os.Open of a joined name', query: on('os|ioutil', 'Open|ReadFile|Create|WriteFile|Remove|OpenFile', '. (_) @a'), when: ({ a }) => joined(a) },
  { kind: 'hash', name: 'md5', query: on('md5|sha1', 'New|Sum') },
  { kind: 'html', name: 'template.HTML()', query: on('template', 'HTML|JS|URL', '(_) @a'), when: ({ a }) => varies(a) },
  { kind: 'tls', name: 'InsecureSkipVerify', query: '(keyed_element (literal_element (identifier) @k) (literal_element (true)) (#eq? @k "InsecureSkipVerify")) @found' },
];
