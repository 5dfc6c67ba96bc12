/** Reads one record of a published benchmark as a Problem, by its keys alone; knows no file and runs nothing. */
import { LANGUAGES, LANGUAGE_NAMES } from '../corpus/languages';
import type { Json, JsonObject } from '../formats/strict_json';
import type { Language } from '../types';
import type { Problem } from './problem';
import { definedNames, headIn, lastDefined, wordsOf } from './signature';

/** `samples`: answers to problems of another file. `corpus`: code without a task, which is no benchmark. */
export type Format = 'EvalPlus' | 'MultiPL-E' | 'HumanEval' | 'MBPP' | 'MBPP sanitised' | 'MBPP+' | 'samples' | 'corpus';

/** Which format a record is of, by the keys that it has; null when it is of none. */
export function formatOf(record: JsonObject): Format | null {
  const has = (key: string): boolean => record[key] !== undefined;
  if (has('base_input') || has('plus_input')) return 'EvalPlus';
  if (has('tests') && has('stop_tokens')) return 'MultiPL-E';
  if (has('prompt') && has('test') && has('entry_point')) return 'HumanEval';
  if (has('text') && has('test_list')) return 'MBPP';
  if (has('prompt') && has('test_list')) return has('test') ? 'MBPP+' : 'MBPP sanitised';
  if ((has('task_id') || has('name')) && (has('completion') || has('solution'))) return 'samples';
  return has('code') || has('content') ? 'corpus' : null;
}

/** Most characters of a text, and most inputs of a problem. */
const LONGEST = 200_000, MOST_INPUTS = 5_000, MOST_STOPS = 50;

/** Gives a value of a record or says what is wrong with it. @throws Error in words */
class Fields {
  readonly #record: JsonObject;
  constructor(record: JsonObject) { this.#record = record; }

  text(key: string, absent?: string): string {
    const value = this.#record[key];
    if (value === undefined || value === null) { if (absent !== undefined) return absent; throw new Error(`"${key}" is missing`); }
    if (typeof value !== 'string') throw new Error(`"${key}" is no text`);
    if (value.length > LONGEST) throw new Error(`"${key}" has ${value.length} characters, the limit is ${LONGEST}`);
    return value;
  }

  id(key: string, before = ''): string {
    const value = this.#record[key];
    if (typeof value === 'number' && Number.isSafeInteger(value)) return `${before}${value}`;
    if (typeof value !== 'string' || value === '' || value.length > 200) throw new Error(`"${key}" is neither a short text nor a whole number`);
    return value;
  }

  texts(key: string, most: number, absent?: string[]): string[] {
    const value = this.#record[key];
    if ((value === undefined || value === null) && absent) return absent;
    if (!Array.isArray(value) || value.length > most || !value.every((one): one is string => typeof one === 'string' && one.length <= LONGEST)) throw new Error(`"${key}" is no list of at most ${most} texts`);
    return value;
  }

  inputs(key: string): unknown[][] {
    const value = this.#record[key];
    if (value === undefined || value === null) return [];
    // EvalPlus writes {} where a problem has no further inputs.
    if (!Array.isArray(value)) { if (typeof value === 'object' && Object.keys(value).length === 0) return []; throw new Error(`"${key}" is no list of argument lists`); }
    if (value.length > MOST_INPUTS) throw new Error(`"${key}" has ${value.length} argument lists, the limit is ${MOST_INPUTS}`);
    if (!value.every((one): one is Json[] => Array.isArray(one))) throw new Error(`"${key}" holds something that is no argument list`);
    return value;
  }

  number(key: string): number {
    const value = this.#record[key];
    if (value === undefined || value === null) return 0;
    if (typeof value !== 'number' || !(value >= 0)) throw new Error(`"${key}" is no number from 0`);
    return value;
  }

  identifier(key: string): string {
    const value = this.text(key);
    if (!/^[\p{L}_$][\p{L}\p{N}_$]{0,199}[?!]?$/u.test(value)) throw new Error(`"${key}" is not the name of a function`);
    return value;
  }

  /** `key` names a language by its name or its file's ending. */
  language(key: string, absent?: Language): Language {
    const value = this.text(key, absent ?? '').toLowerCase();
    const found = LANGUAGE_NAMES.find((name) => name === value || LANGUAGES[name].extensions.includes(value));
    if (!found) throw new UnknownLanguage(value);
    return found;
  }
}

/** No fault of the file: the problem is left out and counted. */
export class UnknownLanguage extends Error {
  readonly language: string;
  constructor(language: string) {
    super(`the language "${language.slice(0, 40)}" is none of the twelve that are known here`);
    this.language = language.slice(0, 40);
  }
}

/** The problem of a record that `formatOf` knows as a benchmark's. `source` is the file's name. @throws Error saying what is wrong with it, UnknownLanguage */
export function problemOf(record: JsonObject, format: Exclude<Format, 'samples' | 'corpus'>, source: string): Problem {
  const fields = new Fields(record);
  switch (format) {
    case 'EvalPlus': return evalPlus(fields, source);
    case 'MultiPL-E': return multipl(fields, source);
    case 'HumanEval': return humanEval(fields, source);
    default: return mbpp(fields, source, format);
  }
}

function humanEval(fields: Fields, source: string): Problem {
  // Python unless the record says otherwise, which only derived files do.
  const language = fields.language('language', 'python'), prompt = fields.text('prompt'), entry = fields.identifier('entry_point'), head = headIn(prompt, entry, language);
  return {
    id: fields.id('task_id'), source, language, entry, params: head.params, description: wordsOf(head), prompt, signature: head.signature,
    reference: joined(prompt, fields.text('canonical_solution', '')), stop: language === 'python' ? PYTHON_STOPS : [],
    check: { kind: 'tests', tests: `${fields.text('test')}\ncheck(${entry})` },
  };
}

/** Where a body of HumanEval has ended: the list of its paper. */
const PYTHON_STOPS = ['\nclass', '\ndef', '\n#', '\nif', '\nprint'];

const joined = (prompt: string, body: string): string => (body === '' ? '' : prompt + body);

/** EvalPlus allows it for floats where a problem names no tolerance; whole numbers never lie so close. */
const FLOATS = 1e-6;

function evalPlus(fields: Fields, source: string): Problem {
  const language = fields.language('language', 'python'), prompt = fields.text('prompt'), entry = fields.identifier('entry_point'), head = headIn(prompt, entry, language);
  const base = fields.inputs('base_input'), plus = fields.inputs('plus_input'), reference = joined(prompt, fields.text('canonical_solution'));
  if (base.length + plus.length === 0) throw new Error('it has no input');
  if (reference === '') throw new Error('"canonical_solution" is empty, and what should come out is known from nowhere else');
  const found = head.signature === '' ? headIn(reference, entry, language) : head;
  return {
    id: fields.id('task_id', 'mbpp/'), source, language, entry, params: found.params, description: wordsOf(head), prompt, signature: head.signature, reference,
    stop: language === 'python' && head.signature !== '' ? PYTHON_STOPS : [],
    check: { kind: 'outputs', inputs: [...base, ...plus], expected: [], base: base.length, atol: fields.number('atol') || FLOATS },
  };
}

function multipl(fields: Fields, source: string): Problem {
  const language = fields.language('language'), prompt = fields.text('prompt'), tests = fields.text('tests');
  const candidate = /\bcandidate\s*=\s*(?:method\(:)?([\p{L}_$][\p{L}\p{N}_$]*[?!]?)/u.exec(tests)?.[1] ?? '';
  const entry = candidate !== '' && headIn(prompt, candidate, language).signature !== '' ? candidate : lastDefined(prompt, language);
  if (entry === '') throw new Error('its prompt defines no function');
  const head = headIn(prompt, entry, language);
  return {
    id: fields.id('name'), source, language, entry, params: head.params, description: wordsOf(head), prompt, signature: head.signature, reference: '',
    stop: fields.texts('stop_tokens', MOST_STOPS).filter((token) => token !== ''), check: { kind: 'tests', tests },
  };
}

/** What asserts call besides the function that they are about. */
const BUILTINS = new Set(['set', 'tuple', 'list', 'dict', 'sorted', 'str', 'int', 'float', 'bool', 'len', 'abs', 'round', 'all', 'any', 'isinstance', 'assert', 'not', 'math', 'isclose', 'frozenset', 'Counter', 'max', 'min', 'sum']);

function mbpp(fields: Fields, source: string, format: 'MBPP' | 'MBPP sanitised' | 'MBPP+'): Problem {
  const code = fields.text('code'), asserts = fields.texts('test_list', 200);
  if (asserts.length === 0) throw new Error('"test_list" is empty');
  const called = [...asserts[0]!.matchAll(/([\p{L}_][\p{L}\p{N}_]*)\s*\(/gu)].map((found) => found[1]!), defined = new Set(definedNames(code));
  const entry = called.find((name) => defined.has(name)) ?? called.find((name) => !BUILTINS.has(name)) ?? '';
  if (entry === '') throw new Error('its first test calls no function');
  const setup = [fields.text('test_setup_code', ''), ...fields.texts('test_imports', 100, [])].filter((text) => text.trim() !== '');
  const words = fields.text(format === 'MBPP' ? 'text' : 'prompt').trim();
  const tests = [...setup, ...asserts].join('\n'), plus = format === 'MBPP+' ? fields.text('test') : '';
  return {
    id: fields.id('task_id', 'mbpp/'), source, language: 'python', entry, params: headIn(code, entry, 'python').params, description: `${words}\n${asserts.slice(0, 3).join('\n')}`, prompt: '', signature: '',
    reference: code, stop: [], check: { kind: 'tests', tests, ...(plus === '' ? {} : { plus }) },
  };
}

/** An answer from outside: the rest of a program, or a whole one. */
export interface Sample { id: string; text: string; whole: boolean }

/** @throws Error saying what is wrong with it */
export function sampleOf(record: JsonObject): Sample {
  const fields = new Fields(record), whole = record['solution'] !== undefined;
  return { id: fields.id(record['task_id'] === undefined ? 'name' : 'task_id', 'mbpp/'), text: fields.text(whole ? 'solution' : 'completion'), whole };
}
