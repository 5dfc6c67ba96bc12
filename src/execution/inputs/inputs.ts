/** Argument lists to run a function on, from its types, its documentation, its literals and its use of what it takes; runs nothing. */
import { randomInt, createRng } from '../../rng';
import { hash32 } from '../../corpus/hash';
import type { Parser } from '../../corpus/parser';
import type { CodeItem, Language } from '../../types';
import { shapeOf } from './evidence';
import { documentedTypes, exampleCalls } from './examples';
import { literalsOf } from './literals';
import { bodyOf, functionNode, parametersOf } from './parameters';
import type { Parameter } from './parameters';
import { whyNotAlone } from './runnable';
import { ANY, givable, known } from './shape';
import type { Shape } from './shape';
import { shapeOfType } from './type_text';
import { usageOf } from './usage';
import { Values, at } from './values';

export type Described = Pick<CodeItem, 'id' | 'language' | 'name' | 'code' | 'documentation' | 'tags'>;

/**
 * `lists`: argument lists of JSON values, those first that say most. `reason`: why there are none, as the end of "... because"; '' where there
 * are. `doubt`: what may be to blame if the function fails on them all.
 */
export interface InputPlan { lists: unknown[][]; reason: string; doubt?: string }

/** Languages in which what is not given is simply absent. */
const LENIENT: readonly Language[] = ['javascript', 'typescript', 'tsx', 'lua'];

/** Tries for one list that is not there yet. */
const PATIENCE = 6;
/** Most JSON text of one list. */
const LONGEST = 2000;

/**
 * Up to `count` different argument lists. The same item and count give the same lists; fewer are a prefix. The grammar of the item's language
 * has to be loaded.
 */
export function planInputs(parser: Parser, item: Described, count: number): InputPlan {
  const tree = parser.parse(item.language, item.code);
  try {
    const fn = functionNode(tree.root, item.language);
    if (!fn) return { lists: [], reason: 'no function was found in it' };
    const reason = whyNotAlone(fn, item.language);
    if (reason !== '') return { lists: [], reason };
    const params = parametersOf(fn, item.language);
    // What has to be given by name cannot be given in a list.
    const required = params.find(({ keyword, optional, rest }) => keyword && !optional && !rest);
    if (required && !/block|splat/.test(required.type) && required.name !== '' && item.language !== 'ruby') return { lists: [], reason: `its parameter ${required.name} can only be given by name` };
    const positional = params.filter(({ keyword }) => !keyword);
    if (positional.length === 0) return { lists: [[]], reason: '' };
    const shapes = shapesOf(item, positional, bodyOf(fn));
    // From the first that no plain value fits on, all are left out where the language and the function allow it.
    const stop = positional.findIndex((_, i) => !givable(shapes[i]!));
    const given = stop < 0 ? positional.length : stop;
    const doubt = stop < 0 ? '' : shapes[stop]!.kind === 'function' ? `it takes a function (${positional[stop]!.name})` : `its parameter ${positional[stop]!.name} is no plain value`;
    const needed = positional.slice(given).some(({ optional, rest }) => !optional && !rest);
    if (needed && (given === 0 || !LENIENT.includes(item.language))) return { lists: [], reason: doubt };
    const lists = given === 0 ? [[]] : draw(item, positional.slice(0, given), shapes.slice(0, given), new Values(createRng(hash32(item.id), 1), literalsOf(fn, item.language)), count);
    return { lists, reason: '', ...(doubt === '' ? {} : { doubt }) };
  } finally {
    tree.delete();
  }
}

function shapesOf(item: Described, params: readonly Parameter[], body: ReturnType<typeof bodyOf>): Shape[] {
  const inner = params.flatMap(({ name, fields, parts }) => [name, ...(fields ?? []).map((field) => field.name), ...(parts ?? [])]).filter((name) => name !== '');
  const documented = documentedTypes(`${item.documentation}\n${item.tags ?? ''}`, item.language, inner);
  const usage = body ? usageOf(body, item.language, inner) : new Map<string, never>();
  const one = (name: string, type: string): Shape => {
    const declared = type === '' ? documented.get(name) ?? ANY : shapeOfType(type, item.language);
    const seen = usage.get(name);
    return complete(declared, seen ? shapeOf(seen) : ANY);
  };
  return params.map((param): Shape => {
    const typed = param.type === '' ? ANY : shapeOfType(param.type, item.language);
    if (param.fields) return known(typed) ? typed : { kind: 'record', fields: Object.fromEntries(param.fields.map(({ key, name }) => [key, one(name, '')])) };
    if (param.parts) return known(typed) ? typed : { kind: 'tuple', of: param.parts.map((name) => one(name, '')) };
    const shape = one(param.name, param.type);
    if (known(shape) || param.fallback === '') return shape;
    // A default is one of the values that it takes.
    if (/^-?\d/.test(param.fallback)) return { kind: 'number' };
    if (/^["'`]/.test(param.fallback)) return { kind: 'string' };
    if (/^(?:true|false)$/i.test(param.fallback)) return { kind: 'boolean' };
    if (/^\[/.test(param.fallback)) return { kind: 'list', of: ANY };
    return shape;
  }).map((shape, i): Shape => (params[i]!.rest && shape.kind === 'list' ? shape.of : shape));
}

/** What is declared, with its gaps filled by what was seen. */
function complete(declared: Shape, seen: Shape): Shape {
  if (!known(declared)) {
    // A name of the program's own says that it is an object: its fields show in the use.
    return declared.kind === 'other' && seen.kind !== 'record' && seen.kind !== 'map' && seen.kind !== 'string' && seen.kind !== 'number' && seen.kind !== 'list' ? declared : seen;
  }
  if (declared.kind === 'list' && !known(declared.of)) return { kind: 'list', of: seen.kind === 'list' && known(seen.of) ? seen.of : ANY };
  if (declared.kind === 'map' && seen.kind === 'record') return seen;
  if (declared.kind === 'number' || declared.kind === 'integer' || declared.kind === 'string' || declared.kind === 'boolean') return declared;
  return declared;
}

function draw(item: Described, params: readonly Parameter[], shapes: readonly Shape[], values: Values, count: number): unknown[][] {
  const random = createRng(hash32(item.id), 2);
  const found: unknown[][] = [], seen = new Set<string>();
  const add = (list: unknown[]): boolean => {
    const text = JSON.stringify(list);
    if (seen.has(text) || text.length > LONGEST || found.length >= count) return false;
    seen.add(text);
    found.push(list);
    return true;
  };
  const rest = params.at(-1)!.rest, fixed = params.filter((param) => !param.rest).length;
  const needed = params.filter(({ optional, rest: many }) => !optional && !many).length;
  for (const list of exampleCalls(`${item.documentation}\n${item.tags ?? ''}`, item.name)) if (list.length >= needed && (rest || list.length <= params.length)) add(list);
  const edges = shapes.map((shape) => values.edges(shape));
  const most = Math.max(...edges.map(({ length }) => length));
  // Single steps through the first parameter's edges; the others go at another pace, so that not only equal places meet.
  const paced = (i: number): unknown[] => edges.map((list, p) => at(list, p === 0 ? i : i * (2 * p + 1) + 1 + Math.floor(i / list.length)));
  const ended = (list: unknown[], i: number): unknown[] => {
    if (rest) return [...list.slice(0, fixed), ...Array.from({ length: (i + 2) % 5 }, (_, k) => (k === 0 ? list[fixed] : values.draw(shapes[fixed]!)))];
    return needed < params.length && i % 3 === 1 ? list.slice(0, Math.max(needed, params.length - 1 - (i % 2))) : list;
  };
  for (let i = 0; i < most && found.length < count * 0.6; i++) {
    add(ended(paced(i), i));
    if (params.length > 1 && i > 1) add(ended(kin(paced(i), i, random), i + 1));
  }
  for (let tries = 0; found.length < count && tries < PATIENCE * count; tries++) {
    const list = shapes.map((shape, p) => (params.length > 1 && random() < 0.35 ? at(edges[p]!, randomInt(random, edges[p]!.length)) : values.draw(shape)));
    add(ended(params.length > 1 && random() < 0.5 ? kin(list, tries, random) : list, tries));
  }
  return found;
}

/** Parameters that have to do with each other: an element of the list, a piece of the text, the same key, a number next to the other. */
function kin(list: readonly unknown[], i: number, random: () => number): unknown[] {
  const own = [...list];
  for (let p = 0; p < own.length; p++) for (let q = 0; q < own.length; q++) {
    const from = own[p], to = own[q];
    if (p === q) continue;
    if (Array.isArray(from) && from.length > 0) {
      const kindred = from.filter((element) => typeof element === typeof to && !Array.isArray(to));
      if (kindred.length > 0 && typeof to !== 'object') own[q] = kindred[randomInt(random, kindred.length)];
      else if (typeof to === 'number') own[q] = randomInt(random, from.length + 2) - (i % 2);
      else if (typeof to === 'string' && isRecord(from[0]) && Object.keys(from[0]).length > 0) own[q] = at(Object.keys(from[0]), i);
      else if (Array.isArray(to) && p < q && to.length > 0) own[q] = [...to.slice(0, 2), ...from.slice(i % 2, 3)];
    } else if (typeof from === 'string' && from.length > 0 && p < q) {
      if (typeof to === 'string') { const start = randomInt(random, from.length); own[q] = i % 3 === 0 ? from : from.slice(start, start + 1 + (i % 2)); }
      else if (typeof to === 'number') own[q] = randomInt(random, from.length + 2);
    } else if (typeof from === 'number' && typeof to === 'number' && p < q) own[q] = from + randomInt(random, 5) - 2;
    else if (isRecord(from) && typeof to === 'string' && Object.keys(from).length > 0) { const keys = Object.keys(from); own[q] = keys[randomInt(random, keys.length)]; }
  }
  return own;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
