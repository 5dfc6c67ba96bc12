/** The kinds of insecure patterns and why each is one; knows no code. */

export const KINDS = {
  eval: { label: 'Code from text', why: 'Text is run as code: whoever can write the text runs what they like.' },
  shell: { label: 'Shell command', why: 'A command line is put together from values: a quote or a semicolon in one of them starts another command.' },
  sql: { label: 'SQL put together', why: 'A value is written into a query as text and can change what the query does; bind it as a parameter.' },
  random: { label: 'Weak random for a secret', why: 'A secret comes from a generator whose next number can be worked out; use the one for cryptography.' },
  path: { label: 'Path with input', why: 'A file name is put together from a value from outside: ".." in it leads out of the folder.' },
  deserialise: { label: 'Unsafe deserialisation', why: 'Reading such data can run code that it brings along.' },
  hash: { label: 'Broken hash', why: 'MD5 and SHA-1 collide on purpose-made inputs, and are far too fast for passwords.' },
  html: { label: 'Markup from text', why: 'Text becomes part of a page as markup, scripts included.' },
  memory: { label: 'No bound on memory', why: 'More is written or read than there may be room for.' },
  tls: { label: 'Certificate unchecked', why: 'The other side of the connection may be anyone.' },
} as const;
export type Kind = keyof typeof KINDS;
