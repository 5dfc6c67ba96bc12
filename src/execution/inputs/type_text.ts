/** Reads the text of a type in any of the twelve languages, or of a documentation comment; knows names of types, no program. */
import { ANY, either } from './shape';
import type { Language } from '../../types';
import type { Shape } from './shape';

const names = (text: string): ReadonlySet<string> => new Set(text.split(' '));
const INTEGER = names('int integer long short byte i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 isize usize size_t ssize_t int8 int16 int32 int64 uint uint8 uint16 uint32 uint64 int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t rune');
const NUMBER = names('number float double f32 f64 float32 float64 numeric decimal real');
const STRING = names('string str text char character charsequence string_view std::string');
const BOOLEAN = names('bool boolean _bool');
const NULL = names('null nil none undefined void nullptr nonetype');
const LIST = names('array list vec sequence iterable collection vector arraylist readonlyarray arraylike slice mutablesequence int8array uint8array int16array uint16array int32array uint32array float32array float64array');
const MAP = names('record dict hash mapping hashmap btreemap treemap mutablemapping defaultdict table');
const FUNCTION = names('function callable callback fn closure proc fun block func lambda predicate comparator');
const ANYTHING = names('any unknown mixed object * interface{} obj element item value');
const WRAPPERS = names('optional option nullable readonly final box rc arc maybe partial required awaitable promise ref const cow annotated');
const QUALIFIERS = names('const mut readonly final unsigned signed struct dyn impl static volatile inline ref in keyof var val');

/** Shape of a type's text; ANY where it says nothing that is known here. */
export function shapeOfType(text: string, language: Language): Shape {
  const reader = new Reader(text.slice(0, 400), /script|tsx/.test(language));
  try {
    return reader.union();
  } catch {
    return ANY;
  }
}

const TOKEN = /\s*(=>|->|\.\.\.|::|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'(?=\W|$)|'[a-z_]+\b|-?\d+(?:\.\d+)?|[\p{L}_$\\][\p{L}\p{N}_$]*(?:(?:::|\.|\\)[\p{L}_$][\p{L}\p{N}_$]*)*\.?|[^\s])/uy;

class Reader {
  private readonly tokens: string[] = [];
  private at = 0;

  /** Maps of JavaScript are no JSON. */
  private readonly script: boolean;

  constructor(text: string, script: boolean) {
    this.script = script;
    TOKEN.lastIndex = 0;
    for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) this.tokens.push(match[1]!);
  }

  private peek(): string { return this.tokens[this.at] ?? ''; }
  private take(token: string): boolean {
    if (this.peek() !== token) return false;
    this.at++;
    return true;
  }

  union(): Shape {
    this.take('|');
    const parts = [this.joined()];
    while (this.take('|')) parts.push(this.joined());
    // `String, nil` of YARD stands in brackets of its own, and those are cut off before.
    return either(parts);
  }

  private joined(): Shape {
    const parts = [this.suffixed()];
    while (this.take('&')) parts.push(this.suffixed());
    const records = parts.filter((part) => part.kind === 'record');
    return records.length === parts.length && records.length > 1 ? { kind: 'record', fields: Object.assign({}, ...records.map(({ fields }) => fields)) as Record<string, Shape> } : parts[0]!;
  }

  private suffixed(): Shape {
    let shape = this.single();
    for (;;) {
      if (this.peek() === '[' && this.tokens[this.at + 1] === ']') { this.at += 2; shape = { kind: 'list', of: shape }; }
      else if (this.take('?') || this.take('=') || this.take('!')) { /* optional, in JSDoc and Kotlin's manner */ }
      else if (this.take('*')) shape = shape.kind === 'string' ? shape : { kind: 'list', of: shape };
      else if (this.peek() === '=>' || this.peek() === '->') return { kind: 'function' };
      else return shape;
    }
  }

  private single(): Shape {
    const token = this.peek();
    this.at++;
    if (token === '' || token === '*') return ANY;
    if (token === '?' || token === '!' || token === '&' || token === '...' || /^'[a-z_]+$/.test(token)) {
      if (token === '?' && /^[|,)\]>]?$/.test(this.peek())) return ANY;
      const inner = this.suffixed();
      return token === '?' ? either([inner, { kind: 'null' }]) : inner;
    }
    if (/^["']/.test(token)) return { kind: 'literal', value: token.slice(1, -1) };
    if (/^-?\d/.test(token)) return { kind: 'literal', value: Number(token) };
    if (token === '[') return this.bracket();
    if (token === '(') {
      const parts = this.list(')');
      if (this.peek() === '=>' || this.peek() === '->') return { kind: 'function' };
      return parts.length === 1 ? parts[0]! : { kind: 'tuple', of: parts };
    }
    if (token === '{') return this.fields();
    return this.named(token);
  }

  /** `[A, B]`, Go's `[]T` and `[4]T`, Rust's `[T; 3]`. */
  private bracket(): Shape {
    if (this.take(']')) return { kind: 'list', of: this.suffixed() };
    if (/^\d+$/.test(this.peek()) && this.tokens[this.at + 1] === ']') { this.at += 2; return { kind: 'list', of: this.suffixed() }; }
    const parts: Shape[] = [];
    let many = false;
    for (;;) {
      if (this.take(']')) break;
      if (this.peek() === '') break;
      if (this.take(';')) { many = true; this.at++; continue; }
      if (this.take(',')) continue;
      // A label of a tuple's part.
      if (this.tokens[this.at + 1] === ':') this.at += 2;
      parts.push(this.union());
    }
    return many || (parts.length === 1 && this.at >= this.tokens.length) ? { kind: 'list', of: parts[0] ?? ANY } : { kind: 'tuple', of: parts };
  }

  private list(end: string): Shape[] {
    const parts: Shape[] = [];
    while (this.peek() !== '' && !this.take(end)) {
      if (this.take(',')) continue;
      if (this.tokens[this.at + 1] === ':' || (this.tokens[this.at + 1] === '?' && this.tokens[this.at + 2] === ':')) this.at += this.tokens[this.at + 1] === ':' ? 2 : 3;
      const before = this.at;
      parts.push(this.union());
      if (this.at === before) this.at++;
    }
    return parts;
  }

  private fields(): Shape {
    const fields: Record<string, Shape> = {};
    while (this.peek() !== '' && !this.take('}')) {
      if (this.take(',') || this.take(';') || this.take('readonly')) continue;
      if (this.take('[')) {
        // An index signature: any key.
        while (this.peek() !== '' && !this.take(']')) this.at++;
        this.take(':');
        const of = this.union();
        while (this.peek() !== '' && !this.take('}')) this.at++;
        return { kind: 'map', of };
      }
      const key = this.peek().replace(/^["']|["']$/g, '');
      this.at++;
      this.take('?');
      if (!this.take(':') && !this.take('=>')) { if (this.peek() === '(') { this.at++; this.list(')'); } fields[key] = this.take(':') ? (this.union(), { kind: 'function' }) : ANY; continue; }
      fields[key] = this.union();
    }
    return { kind: 'record', fields };
  }

  private named(token: string): Shape {
    const base = token.replace(/\.$/, ''), last = base.split(/::|\.|\\/).at(-1)!.toLowerCase();
    if (QUALIFIERS.has(base) && /^[\p{L}_$'[({&*"]/u.test(this.peek())) return this.suffixed();
    if ((base === 'unsigned' || base === 'signed')) return { kind: 'integer' };
    let of: Shape[] = [];
    const open = this.peek();
    if (last === 'map' && open === '[') {
      this.at++;
      this.list(']');
      return { kind: 'map', of: this.suffixed() };
    }
    if (open === '<' || (open === '[' && this.tokens[this.at + 1] !== ']')) { this.at++; of = this.list(open === '<' ? '>' : ']'); }
    else if (open === '{' && (last === 'hash' || last === 'object')) {
      this.at++;
      while (this.peek() !== '' && !this.take('=>')) this.at++;
      const value = this.union();
      this.take('}');
      return { kind: 'map', of: value };
    } else if (open === '(' && FUNCTION.has(last)) { this.at++; this.list(')'); }
    if (last === 'literal' && of.length > 0) return either(of);
    if (last === 'union') return either(of);
    if (WRAPPERS.has(last) && of.length > 0) return /^(?:optional|option|nullable|maybe)$/.test(last) ? either([of[0]!, { kind: 'null' }]) : of[0]!;
    if (INTEGER.has(last)) return { kind: 'integer' };
    if (NUMBER.has(last)) return { kind: 'number' };
    if (STRING.has(last)) return { kind: 'string' };
    if (BOOLEAN.has(last)) return { kind: 'boolean' };
    if (last === 'true' || last === 'false') return { kind: 'literal', value: last === 'true' };
    if (NULL.has(last)) return { kind: 'null' };
    if (last === 'tuple') return of.length > 0 && this.tokens[this.at - 2] !== '...' ? { kind: 'tuple', of } : { kind: 'list', of: of[0] ?? ANY };
    if (LIST.has(last)) return { kind: 'list', of: of.length === 2 ? of[1]! : of[0] ?? (/\d+array$/.test(last) ? { kind: 'integer' } : ANY) };
    if (MAP.has(last) || (last === 'map' && of.length > 0 && !this.script) || (last === 'object' && of.length > 0)) return { kind: 'map', of: of.at(-1) ?? ANY };
    if (FUNCTION.has(last)) return { kind: 'function' };
    if (ANYTHING.has(last) || /^[A-Z]\d?$/.test(base)) return ANY;
    return { kind: 'other', name: base };
  }
}
