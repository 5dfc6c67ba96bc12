/** Insecure patterns of C and C++. */
import { SQL, forSecret, varies } from '../pattern';
import type { Pattern } from '../pattern';

const call = (names: string, args = ''): string => `(call_expression function: (identifier) @f arguments: (argument_list ${args}) (#match? @f "^(?:${names})$")) @found`;

export const C: readonly Pattern[] = [
  { kind: 'memory', name: 'gets()', query: call('gets') },
  { kind: 'memory', name: 'strcpy()', query: call('strcpy|strcat|stpcpy', '. (_) . (_) @a'), when: ({ a }) => varies(a) },
  { kind: 'memory', name: 'sprintf()', query: call('sprintf|vsprintf', '. (_) . (_) @s'), when: ({ s }) => s!.type !== 'string_literal' || /%s/.test(s!.text) },
  { kind: 'memory', name: 'scanf("%s")', query: call('scanf|fscanf|sscanf', '(string_literal) @s'), when: ({ s }) => /%s|%\[/.test(s!.text) },
  { kind: 'memory', name: 'printf(text)', query: call('printf|syslog', '. [(identifier) (subscript_expression) (field_expression)] @a .'), when: ({ f }) => f!.text === 'printf' },
  { kind: 'shell', name: 'system()', query: call('system|popen', '. (_) @a'), when: ({ a }) => varies(a) },
  { kind: 'sql', name: 'SQL with sprintf()', query: call('sprintf|snprintf|asprintf', '(string_literal) @s'), when: ({ s }) => SQL.test(s!.text) && /%s/.test(s!.text) },
  { kind: 'random', name: 'rand()', query: call('rand|random|srand|drand48'), when: ({ found }) => forSecret(found!) },
  { kind: 'path', name: 'tmpnam()', query: call('tmpnam|mktemp|tempnam') },
  { kind: 'hash', name: 'MD5()', query: call('MD5|MD5_Init|SHA1|SHA1_Init|EVP_md5|EVP_sha1') },
];

/** In C++ `std::string` is put together with +. */
export const CPP: readonly Pattern[] = [
  ...C,
  { kind: 'sql', name: 'SQL with +', query: '(binary_expression left: (_) @l right: (_) @r) @found', when: ({ found, l, r }) => found!.parent?.type !== 'binary_expression' && SQL.test(found!.text) && /"/.test(found!.text) && (varies(l) || varies(r)) },
];
