/** Calls that a documentation shows, as argument lists, and the types it gives its parameters; reads text, no tree. */
import type { Language } from '../../types';
import { shapeOfType } from './type_text';
import type { Shape } from './shape';

const MOST_EXAMPLES = 8;

/** Arguments of calls `name(...)` in the text, where they are plain values: `>>> f(1, [2])`, `f('a') // 'b'`, `f(1) # => 2`. */
export function exampleCalls(text: string, name: string): unknown[][] {
  const found: unknown[][] = [];
  if (name === '') return found;
  for (let at = text.indexOf(`${name}(`); at >= 0 && found.length < MOST_EXAMPLES; at = text.indexOf(`${name}(`, at + 1)) {
    if (/[\p{L}\p{N}_$]/u.test(text[at - 1] ?? '')) continue;
    const reader = new ValueReader(text, at + name.length + 1);
    const list = reader.list(')');
    if (list) found.push(list);
  }
  return found;
}

/** Types by parameter, from `@param {T} x`, `@param T $x`, `@param x [T]`, `---@param x T`, `:type x: T`, `x (T): ...`, `x : T` and `#: (T) -> U`. */
export function documentedTypes(text: string, language: Language, params: readonly string[]): Map<string, Shape> {
  const found = new Map<string, Shape>();
  const note = (name: string, type: string): void => {
    const own = name.replace(/^[$*&[]+|[\]=].*$/g, '');
    if (params.includes(own) && type.trim() !== '' && !found.has(own)) found.set(own, shapeOfType(type.trim().replace(/,\s*(?:optional|default.*)$/, '').replace(/ or /g, ' | '), language));
  };
  for (const line of text.split('\n')) {
    let match: RegExpExecArray | null;
    if ((match = /@(?:param|arg|argument)\s+\{((?:[^{}]|\{[^{}]*\})+)\}\s+([[\w$.]+)/.exec(line))) note(match[2]!, match[1]!.replace(/=$/, ''));
    else if ((match = /@(?:param|yieldparam)\s+\[([^\]]+)\]\s+([\w$]+)/.exec(line))) note(match[2]!, match[1]!.replace(/,\s*/g, ' | '));
    else if ((match = /@param\s+([\w$]+)\s+\[([^\]]+)\]/.exec(line))) note(match[1]!, match[2]!.replace(/,\s*/g, ' | '));
    else if ((match = /@param\s+([^\s$]+)\s+(?:&|\.\.\.)?\$(\w+)/.exec(line))) note(match[2]!, match[1]!);
    else if ((match = /@tparam\s+(\S+)\s+(\w+)/.exec(line))) note(match[2]!, match[1]!);
    else if ((match = /@rbs\s+(\w+):\s*(.+)$/.exec(line))) note(match[1]!, match[2]!);
    else if ((match = /@param\s+(\w+)\??\s+([\w[\]<>|?,]+)/.exec(line)) && params.includes(match[1]!)) note(match[1]!, match[2]!);
    else if ((match = /:type\s+(\w+):\s*(.+)$/.exec(line))) note(match[1]!, match[2]!);
    else if ((match = /:param\s+([\w[\], |.]+?)\s+(\w+):/.exec(line))) note(match[2]!, match[1]!);
    else if ((match = /^\s*[-*]?\s*(\w+)\s+\(`?([\w[\], .|]+)`?\)\s*:/.exec(line))) note(match[1]!, match[2]!);
    else if ((match = /^\s*(\w+)\s+:\s+([\w[\], .|]+)$/.exec(line))) note(match[1]!, match[2]!);
    else if ((match = /^\s*:?\s*\(([^()]*)\)\s*->/.exec(line))) splitTypes(match[1]!).forEach((type, i) => { if (params[i] !== undefined) note(params[i], type.replace(/^[?*]+/, '')); });
  }
  return found;
}

function splitTypes(text: string): string[] {
  const parts: string[] = [''];
  let depth = 0;
  for (const c of text) {
    if (/[[<({]/.test(c)) depth++;
    if (/[\]>)}]/.test(c)) depth--;
    if (c === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += c;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

const WORDS: Readonly<Record<string, unknown>> = { true: true, false: false, null: null, True: true, False: false, None: null, nil: null, undefined: null };

/** Plain values as the languages write them; anything else ends the reading. */
class ValueReader {
  private at: number;
  private readonly text: string;

  constructor(text: string, at: number) {
    this.text = text;
    this.at = at;
  }

  private space(): void { while (/\s/.test(this.text[this.at] ?? '')) this.at++; }
  private take(token: string): boolean {
    this.space();
    if (!this.text.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }

  /** Values up to `end`; null when something is no plain value. */
  list(end: string): unknown[] | null {
    const values: unknown[] = [];
    for (let first = true; !this.take(end); first = false) {
      if (!first && !this.take(',')) return null;
      if (this.take(end)) break;
      const value = this.value();
      if (value === undefined) return null;
      values.push(value);
    }
    return values;
  }

  /** undefined = no plain value. */
  private value(): unknown {
    this.space();
    if (this.take('[')) return this.list(']') ?? undefined;
    if (this.take('(')) return this.list(')') ?? undefined;
    if (this.take('{')) return this.record();
    const rest = this.text.slice(this.at, this.at + 2000);
    const string = /^(["'])((?:[^\\\n]|\\.)*?)\1/.exec(rest);
    if (string) {
      this.at += string[0].length;
      return string[2]!.replace(/\\(.)/g, (_, c: string) => ({ n: '\n', t: '\t' })[c] ?? c);
    }
    const number = /^-?(?:\d[\d_]*(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/.exec(rest);
    if (number) {
      this.at += number[0].length;
      return Number(number[0].replace(/_/g, ''));
    }
    const word = /^[A-Za-z]+/.exec(rest)?.[0];
    if (word !== undefined && Object.hasOwn(WORDS, word)) {
      this.at += word.length;
      return WORDS[word];
    }
    return undefined;
  }

  private record(): unknown {
    const record: Record<string, unknown> = {};
    for (let first = true; !this.take('}'); first = false) {
      if (!first && !this.take(',')) return undefined;
      if (this.take('}')) break;
      this.space();
      const key = /^(?:(["'])((?:[^\\\n])*?)\1|:?([\p{L}_$][\p{L}\p{N}_$]*))/u.exec(this.text.slice(this.at, this.at + 200));
      if (!key) return undefined;
      this.at += key[0].length;
      if (!this.take(':') && !this.take('=>')) return undefined;
      const value = this.value();
      if (value === undefined) return undefined;
      record[key[2] ?? key[3]!] = value;
    }
    return record;
  }
}
