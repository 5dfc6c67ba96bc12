/** Insecure patterns of Rust. */
import { INPUT, SQL } from '../pattern';
import type { Pattern } from '../pattern';

export const RUST: readonly Pattern[] = [
  { kind: 'shell', name: 'Command("sh", "-c")', query: '(call_expression function: (field_expression field: (field_identifier) @f) arguments: (arguments (_) @a) (#eq? @f "arg")) @found', when: ({ a, found }) => a!.type !== 'string_literal' && /Command::new\(\s*"(?:\/bin\/)?(?:ba)?sh"\s*\)\s*\.arg\(\s*"-c"\s*\)/.test(found!.text) && !/^\s*"/.test(a!.text) },
  { kind: 'sql', name: 'SQL with format!', query: '(macro_invocation macro: (identifier) @m (token_tree) @t (#eq? @m "format")) @found', when: ({ t }) => SQL.test(t!.text) && /\{[\w:]*\}/.test(t!.text) },
  { kind: 'path', name: 'a path of input', query: '(call_expression function: (field_expression field: (field_identifier) @f) arguments: (arguments (_) @a) (#eq? @f "join")) @found', when: ({ a }) => a!.type !== 'string_literal' && INPUT.test(a!.text) },
  { kind: 'hash', name: 'Md5', query: '(call_expression function: (scoped_identifier path: (_) @o name: (identifier) @f) (#match? @o "^(?:Md5|Sha1|md5|sha1)$") (#match? @f "^(?:new|compute|digest)$")) @found' },
  { kind: 'memory', name: 'transmute', query: '(call_expression function: [(generic_function function: (_) @f) (scoped_identifier) @f (identifier) @f] (#match? @f "(?:^|::)(?:transmute|transmute_copy|from_utf8_unchecked|from_raw_parts|from_raw_parts_mut|zeroed)$")) @found' },
  { kind: 'memory', name: 'get_unchecked', query: '(call_expression function: (field_expression field: (field_identifier) @f) (#match? @f "^get_unchecked(?:_mut)?$")) @found' },
  { kind: 'tls', name: 'danger_accept_invalid_certs', query: '(call_expression function: (field_expression field: (field_identifier) @f) arguments: (arguments (boolean_literal) @a) (#match? @f "^danger_accept_invalid") (#eq? @a "true")) @found' },
];
