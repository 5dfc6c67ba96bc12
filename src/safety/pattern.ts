/** What an insecure pattern is; knows kinds and words, no language's syntax. */
import type { Node } from 'web-tree-sitter';
import type { Kind } from './kinds';

export interface Pattern {
  kind: Kind;
  /** What stands there: `eval()`, `os.system()`. */
  name: string;
  /** A query of tree-sitter. `@found` is what is shown; the others are what `when` asks about. */
  query: string;
  /** Further conditions, by capture. */
  when?: (captures: Readonly<Record<string, Node>>) => boolean;
}

/** A query that reads or changes a database, as a text begins or holds it. */
export const SQL = /\b(?:SELECT\b[\s\S]*\bFROM|INSERT\s+INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM|DROP\s+TABLE|ALTER\s+TABLE)\b/i;
/** Words for values that come from outside. */
export const INPUT = /\b(?:req|request|params|query|body|args|argv|input|user_?(?:input|name|file|path)\w*|file_?name|upload\w*|getParameter|FormValue|r\.URL)\b|\$_(?:GET|POST|REQUEST|FILES|COOKIE)\b/i;
const SECRET = /(?:token|secret|passw(?:or)?d|passphrase|salt|nonce|otp|session_?id|api_?key|csrf|credential|private_?key|pin_?code)/i;

/** Whether what the node makes is called a secret: by the variable, the key or the function around it. */
export function forSecret(node: Node): boolean {
  for (let at: Node | null = node, steps = 0; at && steps < 24; at = at.parent, steps++) {
    const name = at.childForFieldName('name') ?? at.childForFieldName('left') ?? at.childForFieldName('key') ?? at.childForFieldName('declarator');
    if (name && name.endIndex <= node.startIndex && SECRET.test(name.text.slice(0, 80).replace(/([a-z])([A-Z])/g, '$1_$2'))) return true;
  }
  return false;
}

/** Holds something that is not written down: a name, a call, an interpolation. */
export function varies(node: Node | undefined): boolean {
  if (!node) return false;
  if (/^(?:string|string_literal|interpreted_string_literal|raw_string_literal|encapsed_string|string_content|template_string|number|integer|comment|true|false|line_comment)$/.test(node.type)) {
    return node.namedChildren.some((child) => /interpolation|substitution|variable_name|expression/.test(child.type));
  }
  if (/^(?:identifier|variable_name|call|call_expression|member_expression|attribute|subscript)/.test(node.type)) return true;
  return node.namedChildCount === 0 ? !/literal|escape|nil|none/i.test(node.type) : node.namedChildren.some(varies);
}

/** A text that is put together where it stands: concatenated, interpolated or formatted. */
export function joined(node: Node | undefined): boolean {
  if (!node) return false;
  if (/^(?:parenthesized_expression|argument)$/.test(node.type)) return joined(node.firstNamedChild ?? undefined);
  if (/string|heredoc/.test(node.type)) return node.namedChildren.some((child) => /interpolation|substitution|variable_name/.test(child.type));
  if (/^binary|concat/.test(node.type)) return /["'`]/.test(node.text) && varies(node);
  return /call|invocation|macro/.test(node.type) && /^(?:fmt\.Sprintf|format!|String\.format|sprintf|string\.format|[^(]*["']\.format|["'].*["']\.format)/.test(node.text) && varies(node);
}
