/** Insecure patterns of PHP. */
import { INPUT, SQL, forSecret, varies } from '../pattern';
import type { Pattern } from '../pattern';

const call = (names: string, args = '. (argument (_) @a)'): string => `(function_call_expression function: (name) @f arguments: (arguments ${args}) (#match? @f "^(?:${names})$")) @found`;

export const PHP: readonly Pattern[] = [
  { kind: 'eval', name: 'eval()', query: call('eval|create_function'), when: ({ a }) => varies(a) },
  { kind: 'shell', name: 'shell_exec()', query: call('shell_exec|exec|system|passthru|popen|proc_open'), when: ({ a }) => varies(a) && !/^escapeshell/.test(a!.text) },
  { kind: 'shell', name: 'backticks', query: '(shell_command_expression (variable_name)) @found' },
  { kind: 'sql', name: 'SQL in a text', query: '(encapsed_string [(variable_name) (member_access_expression) (subscript_expression)]) @found', when: ({ found }) => SQL.test(found!.text) },
  { kind: 'sql', name: 'SQL with .', query: '(binary_expression left: (_) @l right: (_) @r) @found', when: ({ found, l, r }) => found!.parent?.type !== 'binary_expression' && SQL.test(found!.text) && /["']/.test(found!.text) && (varies(l) || varies(r)) },
  { kind: 'random', name: 'rand()', query: call('rand|mt_rand|uniqid|str_shuffle|array_rand', ''), when: ({ found }) => forSecret(found!) },
  { kind: 'path', name: 'a file named by input', query: call('file_get_contents|fopen|readfile|file|unlink|file_put_contents|move_uploaded_file'), when: ({ a }) => varies(a) && INPUT.test(a!.text) && !/basename/.test(a!.text) },
  { kind: 'path', name: 'include', query: '[(include_expression (_) @a) (require_expression (_) @a) (include_once_expression (_) @a) (require_once_expression (_) @a)] @found', when: ({ a }) => /\$_(?:GET|POST|REQUEST|COOKIE)/.test(a!.text) },
  { kind: 'deserialise', name: 'unserialize()', query: call('unserialize'), when: ({ a, found }) => varies(a) && !/allowed_classes/.test(found!.text) },
  { kind: 'hash', name: 'md5()', query: call('md5|sha1'), when: ({ a, found }) => /pass|secret|token/i.test(a!.text) || forSecret(found!) },
  { kind: 'html', name: 'echo of input', query: '(echo_statement (_) @a) @found', when: ({ a }) => /\$_(?:GET|POST|REQUEST|COOKIE)/.test(a!.text) && !/htmlspecialchars|htmlentities|intval|strip_tags/.test(a!.text) },
];
