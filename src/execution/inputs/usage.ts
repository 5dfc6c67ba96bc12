/** How parameters are used in the body of a function, as evidence of what they are; knows names of methods and operators, guesses nothing from names. */
import type { Node } from 'web-tree-sitter';
import { plainName } from '../../corpus/naming';
import { SYNTAX } from '../../corpus/syntax';
import type { Language } from '../../types';
import { elementOf, evidence, fieldOf } from './evidence';
import type { Evidence } from './evidence';

const set = (text: string): ReadonlySet<string> => new Set(text.split(' '));
const STRING_METHODS = set('charAt charCodeAt codePointAt toLowerCase toUpperCase trim trimStart trimEnd trimLeft trimRight split replace replaceAll startsWith endsWith padStart padEnd substring substr match matchAll normalize localeCompare search repeat lower upper strip lstrip rstrip splitlines title capitalize isdigit isalpha isalnum isupper islower isspace startswith endswith format encode zfill ljust rjust swapcase partition casefold upcase downcase chars gsub sub start_with? end_with? strip! tr each_char capitalize center scan chomp squeeze len find rfind byte lower upper gmatch rep charAt equalsIgnoreCase isEmpty chars bytes to_lowercase to_uppercase starts_with ends_with split_whitespace as_str');
const LIST_METHODS = set('push pop shift unshift map filter reduce reduceRight forEach some every find findIndex findLast findLastIndex flat flatMap sort splice fill join keys entries append extend insert remove each each_with_index select reject inject sum min max first last any? all? none? flatten uniq compact zip sort_by group_by partition each_slice each_cons take drop count tally max_by min_by reduce iter into_iter get add size stream push_back at copyWithin toSorted toReversed sort!');
const BOTH_METHODS = set('slice includes indexOf lastIndexOf concat at length reverse include? index size empty? count reversed contains len');
const MAP_METHODS = set('items values setdefault update has_key? key? fetch each_pair dig hasOwnProperty transform_values to_a get keys');
const NUMBER_METHODS = set('toFixed toPrecision abs round floor ceil even? odd? times upto downto zero? positive? negative? divmod pow');
/** Of a callback: which of its parameters are elements. */
const OVER_ELEMENTS = set('map filter forEach some every find findIndex findLast findLastIndex flatMap sort each select reject each_with_index any? all? none? sum min max sort_by group_by partition max_by min_by toSorted count take_while drop_while find_index detect collect each_with_object filter_map iter each_cons each_slice');
const FOLDS = set('reduce reduceRight inject fold');

const NUMBER_CALLS = set('abs round floor ceil sqrt pow trunc sign cbrt log log2 log10 exp sin cos tan atan atan2 hypot max min clz32 imul fround range isInteger isFinite isNaN isSafeInteger intdiv fmod chr math_type random');
const STRING_CALLS = set('parseInt parseFloat int float ord encodeURIComponent decodeURIComponent strlen strtolower strtoupper trim explode str_replace substr strpos ucfirst str_split strrev preg_match str_repeat str_pad tonumber');
const LIST_CALLS = set('isArray sum sorted enumerate reversed all any list tuple set zip map filter ipairs count array_map array_filter array_sum in_array array_slice array_merge sort implode array_reverse array_unique min max');
const MAP_CALLS = set('keys entries pairs array_keys array_values array_key_exists fromEntries assign getOwnPropertyNames');
const SIZED_CALLS = set('len sizeof');

const ARITHMETIC = set('- * / % ** // << >> & | ^ >>> ~/ -= *= /= %= **= <<= >>=');
const ORDER = set('< > <= >= <=>');
const EQUAL = set('== === != !== ~= eql?');

type Env = Map<string, Evidence>;

/** Adds to `env` what the tree under `body` shows of the names in it. */
export function gather(body: Node, language: Language, env: Env): void {
  new Gatherer(language, env).visit(body);
}

const NESTED = 400;

class Gatherer {
  private readonly env: Env;
  private readonly language: Language;
  private depth = 0;

  constructor(language: Language, env: Env) {
    this.language = language;
    this.env = env;
  }

  visit(node: Node): void {
    if (++this.depth < NESTED) {
      this.note(node);
      for (const child of node.namedChildren) this.visit(child);
    }
    this.depth--;
  }

  /** What stands for a value whose use is followed. */
  private of(node: Node | null): Evidence | null {
    if (!node) return null;
    if (node.type === 'identifier' || node.type === 'variable_name' || node.type === 'shorthand_property_identifier') return this.env.get(node.text.replace(/^\$/, '')) ?? null;
    if (/^(?:parenthesized_expression|non_null_expression|as_expression|argument|expression_list|await_expression|reference_expression|unary_reference|parenthesized_statements|keyword_argument|literal_element)$/.test(node.type)) return this.of(node.firstNamedChild);
    const members = SYNTAX[this.language].members[node.type];
    if (members) return this.member(node.childForFieldName(members[0]), plainName(node.childForFieldName(members[1])), node);
    if (node.type === 'dot_index_expression') return this.member(node.childForFieldName('table'), node.childForFieldName('field')?.text ?? null, node);
    if (/^(?:subscript_expression|subscript|element_reference|bracket_index_expression|index_expression|array_access)$/.test(node.type)) return this.subscript(node);
    // `x || []`, `x ?? 0`: the left side speaks.
    if (/^binary/.test(node.type) && /^(?:\|\||\?\?|or)$/.test(node.childForFieldName('operator')?.text ?? '')) return this.of(node.childForFieldName('left'));
    if (node.type === 'spread_element' || node.type === 'splat_argument') return this.of(node.firstNamedChild);
    if (node.type === 'call' || node.type === 'call_expression' || node.type === 'method_invocation') return this.passed(node);
    return null;
  }

  /** What comes out of a call that hands on what went in: `[...x].sort()`, `x.filter(f)`, `sorted(x)`. */
  private passed(node: Node): Evidence | null {
    const { object, name, args } = this.called(node);
    if (object && name && /^(?:slice|filter|sort|sort_by|reverse|select|reject|toSorted|toReversed|trim|toLowerCase|toUpperCase|strip|lower|upper|iter|copy|clone|downcase|upcase|concat)$/.test(name)) return this.of(object);
    if (!object && name && /^(?:sorted|list|reversed|ipairs|pairs)$/.test(name)) return this.of(args[0] ?? null);
    if (object && name && /^(?:split|chars)$/.test(name)) return null;
    return null;
  }

  private member(object: Node | null, name: string | null, node: Node): Evidence | null {
    const from = this.of(object);
    if (!from || !name) return null;
    if (name === 'length' || name === 'size') { from.sized++; return null; }
    if (this.isCallee(node) || BOTH_METHODS.has(name) && this.language === 'ruby') return null;
    return fieldOf(from, name);
  }

  private subscript(node: Node): Evidence | null {
    const object = node.childForFieldName('object') ?? node.childForFieldName('value') ?? node.childForFieldName('table') ?? node.childForFieldName('operand') ?? node.childForFieldName('array') ?? node.firstNamedChild;
    const index = node.childForFieldName('index') ?? node.childForFieldName('subscript') ?? node.childForFieldName('field') ?? node.namedChildren.find((child) => child.id !== object?.id) ?? null;
    const from = this.of(object);
    if (!from) return null;
    const key = this.literal(index);
    if (typeof key === 'string') return fieldOf(from, key);
    if (index?.type === 'simple_symbol') return fieldOf(from, index.text.slice(1));
    const by = this.of(index);
    if (by && by.strings > 0) { from.maps++; return elementOf(from); }
    if (by && by.numbers + by.compared + by.literals.size === 0) { from.keyed++; by.keys++; } else from.sized++;
    return elementOf(from);
  }

  /** The value of a literal node; null for anything else. */
  private literal(node: Node | null): string | number | null {
    if (!node) return null;
    const { numbers, strings } = SYNTAX[this.language];
    if (numbers.includes(node.type)) { const value = Number(node.text.replace(/_/g, '')); return Number.isFinite(value) ? value : null; }
    if (/^unary/.test(node.type) && node.text.startsWith('-')) { const value = this.literal(node.firstNamedChild ?? node.childForFieldName('operand')); return typeof value === 'number' ? -value : null; }
    if (/string|character_literal|char_literal|rune_literal/.test(node.type) && node.namedChildren.every((child) => strings.includes(child.type) || /escape|start|end|content/.test(child.type))) return node.text.replace(/^[a-zA-Z]?(["'`]{1,3})([\s\S]*)\1$/, '$2');
    return null;
  }

  private isCallee(node: Node): boolean {
    const { parent } = node, field = parent && SYNTAX[this.language].calls[parent.type];
    return field !== undefined && field !== null && parent!.childForFieldName(field)?.id === node.id;
  }

  private called(node: Node): { object: Node | null; name: string | null; args: Node[]; callee: Node | null } {
    const list = node.childForFieldName('arguments') ?? node.namedChildren.find((child) => child.type === 'argument_list' || child.type === 'arguments') ?? null;
    const args = list ? (list.type === 'generator_expression' ? [list] : list.namedChildren.map((child) => (child.type === 'argument' ? child.firstNamedChild ?? child : child))) : [];
    if (node.type === 'call' && this.language === 'ruby' || node.type === 'method_invocation' || node.type === 'member_call_expression') {
      const method = node.childForFieldName('method') ?? node.childForFieldName('name');
      return { object: node.childForFieldName('receiver') ?? node.childForFieldName('object'), name: method?.text ?? null, args, callee: null };
    }
    const field = SYNTAX[this.language].calls[node.type];
    const callee = node.childForFieldName(field || 'function') ?? node.childForFieldName('name');
    if (!callee) return { object: null, name: null, args, callee };
    const members = SYNTAX[this.language].members[callee.type];
    if (members) return { object: callee.childForFieldName(members[0]), name: plainName(callee.childForFieldName(members[1])), args, callee };
    if (/^(?:method|dot)_index_expression$/.test(callee.type)) return { object: callee.childForFieldName('table'), name: (callee.childForFieldName('method') ?? callee.childForFieldName('field'))?.text ?? null, args, callee };
    return { object: null, name: plainName(callee), args, callee };
  }

  private note(node: Node): void {
    const { type } = node;
    if (type in SYNTAX[this.language].calls || type === 'function_call') this.call(node);
    else if (/^(?:binary_expression|binary_operator|binary|comparison_operator|augmented_assignment|augmented_assignment_expression|operator_assignment|boolean_operator|logical_expression)$/.test(type)) this.operation(node);
    else if (/^(?:unary_expression|unary_operator|unary|update_expression|not_operator)$/.test(type)) this.unary(node);
    else if (/^(?:for_in_statement|for_of_statement|for_statement|for_in_clause|for|for_each_statement|foreach_statement|enhanced_for_statement|for_expression|for_generic_clause|range_clause)$/.test(type)) this.loop(node);
    else if (/^(?:variable_declarator|assignment|assignment_expression|assignment_statement|short_var_declaration|let_declaration)$/.test(type)) this.bind(node);
    else if (/^(?:template_substitution|interpolation)$/.test(type)) { const inner = this.of(node.firstNamedChild); if (inner) inner.compared += 0; }
    else if (/^(?:if_statement|ternary_expression|conditional_expression|while_statement|if|unless)$/.test(type)) {
      const asked = node.childForFieldName('condition'), plain = asked?.type === 'parenthesized_expression' ? asked.firstNamedChild : asked;
      const seen = plain?.type === 'identifier' || plain?.type === 'variable_name' ? this.of(plain) : null;
      if (seen) seen.booleans++;
    } else this.of(node);
  }

  private call(node: Node): void {
    const { object, name, args, callee } = this.called(node);
    if (!object && callee && !name) return;
    if (!object && name) {
      const own = this.env.get(name);
      if (own && (callee !== null || args.length > 0)) { own.functions++; return; }
    }
    const copied = object && spreadCopy(object), on = this.of(copied ?? object);
    // `[...x].map`: x is a list or a text.
    if (on && name && copied) { on.sized++; this.callback(on, name, node, args); }
    else if (on && name) this.method(on, name, node, args);
    if (!name || on) return this.held(object, name, args);
    // A function that takes the value, whatever it hangs on: Math.max, Array.isArray, len.
    const known = !object || /^(?:Math|math|Number|Array|Object|String|JSON|string|table|Integer)$/.test(object.text);
    if (!known) return this.held(object, name, args);
    for (const [i, arg] of args.entries()) {
      const seen = this.of(arg);
      if (!seen) continue;
      if (arg.type === 'spread_element' || arg.type === 'splat_argument') { seen.lists++; if (NUMBER_CALLS.has(name)) elementOf(seen).numbers++; continue; }
      if (object?.text === 'string') seen.strings++;
      else if (object?.text === 'table') seen.lists++;
      else if ((name === 'max' || name === 'min') && args.length === 1 && !object) { seen.lists++; elementOf(seen).compared++; }
      else if (NUMBER_CALLS.has(name)) seen.numbers++;
      else if (STRING_CALLS.has(name)) seen.strings++;
      else if (SIZED_CALLS.has(name)) seen.sized++;
      else if (MAP_CALLS.has(name)) seen.maps++;
      else if (LIST_CALLS.has(name) && !(i === 0 && /^(?:map|filter)$/.test(name))) { seen.lists++; if (name === 'sum' || name === 'array_sum') elementOf(seen).numbers++; }
      else if (name === 'parse' && object?.text === 'JSON') seen.strings++;
    }
  }

  /** `PATTERN.test(x)`, `set.has(x)`: what the value is held in says nothing, but for texts. */
  private held(object: Node | null, name: string | null, args: Node[]): void {
    if ((name === 'test' || name === 'exec') && object?.type === 'regex') { const seen = this.of(args[0] ?? null); if (seen) seen.strings++; }
  }

  private method(on: Evidence, name: string, node: Node, args: Node[]): void {
    if (name === 'toString' || name === 'to_s' || name === 'nil?' || name === 'is_a?' || name === 'hasOwnProperty' || name === 'freeze' || name === 'dup') return;
    if (name === 'length' || name === 'size' || name === 'empty?') { on.sized++; return; }
    const both = STRING_METHODS.has(name) && LIST_METHODS.has(name) || BOTH_METHODS.has(name);
    if (both) { on.sized++; this.sought(on, name, args); }
    else if (STRING_METHODS.has(name)) { on.strings++; for (const arg of args) { const seen = this.of(arg); if (seen && /^(?:split|startsWith|endsWith|replace|startswith|endswith|start_with\?|end_with\?|padStart|padEnd)$/.test(name)) seen[arg === args[0] && /^pad/.test(name) ? 'numbers' : 'strings']++; else if (seen) seen.compared++; } }
    else if (NUMBER_METHODS.has(name)) on.numbers++;
    else if (LIST_METHODS.has(name) || OVER_ELEMENTS.has(name) || FOLDS.has(name)) {
      on.lists++;
      if (name === 'sum' && args.length === 0 && !node.childForFieldName('block')) elementOf(on).numbers++;
      if ((name === 'max' || name === 'min') && args.length === 0) elementOf(on).compared++;
    } else if (MAP_METHODS.has(name)) { on.maps++; const key = this.literal(args[0] ?? null); if (typeof key === 'string') fieldOf(on, key); }
    else on.methods.add(name);
    this.callback(on, name, node, args);
  }

  /** The text or the element that is looked for is of the kind of what it is looked for in. */
  private sought(on: Evidence, name: string, args: Node[]): void {
    const value = this.literal(args[0] ?? null);
    if (!/^(?:includes|indexOf|lastIndexOf|include\?|index|contains|count)$/.test(name)) return;
    if (typeof value === 'string') { if ([...value].length > 1) elementOf(on).literals.add(value); else on.strings++; }
    if (typeof value === 'number') { on.lists++; elementOf(on).literals.add(value); }
  }

  private callback(on: Evidence, name: string, node: Node, args: Node[]): void {
    const block = node.childForFieldName('block') ?? args.find(({ type }) => /arrow_function|function_expression|lambda|anonymous_function|closure_expression|function_definition/.test(type)) ?? null;
    if (!block) return;
    const list = block.childForFieldName('parameters') ?? block.childForFieldName('parameter');
    const params = !list ? [] : list.type === 'identifier' ? [list] : list.namedChildren;
    const fold = FOLDS.has(name);
    if (!fold && !OVER_ELEMENTS.has(name)) return;
    params.forEach((param, i) => {
      const second = name === 'sort' || name === 'toSorted' || name === 'sort!';
      if (fold ? i === 1 : i === 0 || (second && i === 1)) this.target(param, elementOf(on));
    });
  }

  /** Binds a name or a pattern to what is known of a value. */
  private target(node: Node | null, value: Evidence): void {
    if (!node) return;
    if (node.type === 'identifier' || node.type === 'variable_name' || node.type === 'shorthand_property_identifier_pattern') {
      const name = node.text.replace(/^\$/, ''), had = this.env.get(name);
      if (had !== value) this.env.set(name, value);
      if (node.type === 'shorthand_property_identifier_pattern') this.env.set(name, fieldOf(value, name));
    } else if (node.type === 'object_pattern') {
      for (const child of node.namedChildren) {
        if (child.type === 'shorthand_property_identifier_pattern') this.env.set(child.text, fieldOf(value, child.text));
        else if (child.type === 'object_assignment_pattern') { const key = child.firstNamedChild?.text; if (key) this.env.set(key, fieldOf(value, key)); }
        else if (child.type === 'pair_pattern') { const key = child.childForFieldName('key')?.text; if (key) this.target(child.childForFieldName('value'), fieldOf(value, key)); }
      }
    } else if (/^(?:array_pattern|tuple_pattern|pattern_list|destructured_parameter|tuple|list_pattern)$/.test(node.type)) {
      value.lists++;
      for (const child of node.namedChildren) this.target(child, elementOf(value));
    } else if (/^(?:required_parameter|typed_parameter|parameter|formal_parameter|variable_declarator|lexical_declaration|expression_list|variable_list)$/.test(node.type)) this.target(node.childForFieldName('pattern') ?? node.childForFieldName('name') ?? node.firstNamedChild, value);
  }

  private operation(node: Node): void {
    if (node.type === 'comparison_operator') {
      const operands = node.namedChildren, signs = node.children.filter((child) => !child.isNamed || /^(?:not in|is not)$/.test(child.type)).map((child) => child.text);
      for (let i = 0; i + 1 < operands.length; i++) this.pair(operands[i]!, signs[i] ?? '', operands[i + 1]!);
      return;
    }
    const left = node.childForFieldName('left'), right = node.childForFieldName('right');
    const operator = node.childForFieldName('operator')?.text ?? node.children.find((child) => !child.isNamed)?.text ?? '';
    if (left && right) this.pair(left, operator, right);
  }

  private pair(left: Node, operator: string, right: Node): void {
    const a = this.of(left), b = this.of(right), x = this.literal(left), y = this.literal(right);
    if (operator === 'in' || operator === 'not in') { if (b) { if (typeof x === 'string' && [...x].length > 1) { b.maps++; fieldOf(b, x); } else b.sized++; } if (a && b) { /* kin, of unknown kind */ } return; }
    if (operator === 'instanceof') { if (a) a.methods.add(right.text); return; }
    const note = (seen: Evidence | null, other: string | number | null, kin: Node): void => {
      if (!seen) return;
      if (EQUAL.has(operator)) { if (other !== null) seen.literals.add(other); }
      else if (ORDER.has(operator)) { if (typeof other === 'string') seen.strings++; else if (typeof other === 'number') seen.numbers++; else seen.compared++; if (other !== null) seen.literals.add(other); }
      else if (operator === '%' && typeof other === 'string') return;
      else if (ARITHMETIC.has(operator)) { if (typeof other !== 'string') seen.numbers++; }
      else if (operator === '+' || operator === '+=') { if (typeof other === 'number') seen.numbers++; else if (typeof other === 'string' || /template|string/.test(kin.type)) seen.strings += 0; else seen.compared++; }
      else if (operator === '..' || operator === '.') seen.compared += 0;
    };
    note(a, y, right);
    note(b, x, left);
    // `typeof x === 'string'`
    const asked = /^unary/.test(left.type) && left.text.startsWith('typeof') ? this.of(left.childForFieldName('argument') ?? left.firstNamedChild) : null;
    if (asked && typeof y === 'string') {
      if (y === 'string') asked.strings++;
      else if (y === 'number') asked.numbers++;
      else if (y === 'boolean') asked.booleans++;
    }
  }

  private unary(node: Node): void {
    const operand = this.of(node.childForFieldName('argument') ?? node.childForFieldName('operand') ?? node.firstNamedChild), sign = node.children.find((child) => !child.isNamed)?.text ?? '';
    if (!operand) return;
    if (sign === '-' || sign === '++' || sign === '--' || sign === '~') operand.numbers++;
    else if (sign === '#') operand.sized++;
    else if (sign === '!' || sign === 'not') operand.booleans++;
  }

  private loop(node: Node): void {
    let left = node.childForFieldName('left') ?? node.childForFieldName('pattern') ?? node.childForFieldName('name');
    let right = node.childForFieldName('right') ?? node.childForFieldName('value');
    if (node.type === 'foreach_statement') { right = node.namedChildren[0] ?? null; left = node.namedChildren[1] ?? null; }
    if (node.type === 'for_generic_clause') { left = node.namedChildren[0] ?? null; right = node.namedChildren[1]?.firstNamedChild ?? null; }
    if (!left || !right) return;
    // `for (const key in x)`: any key.
    if (node.type === 'for_in_statement' && node.children.some((child) => child.text === 'in')) { const seen = this.of(right); if (seen) seen.maps++; return; }
    const called = /call/.test(right.type) ? this.called(right) : null;
    if (called?.name && /^(?:enumerate|ipairs|pairs|entries|items|each_with_index)$/.test(called.name)) {
      const seen = this.of(called.object && !/^(?:Object)$/.test(called.object.text) ? called.object : called.args[0] ?? null);
      const last = left.namedChildren.at(-1) ?? null;
      if (!seen) return;
      if (/^(?:enumerate|ipairs|each_with_index)$/.test(called.name)) seen.lists++; else seen.maps++;
      this.target(last, elementOf(seen));
      return;
    }
    if (called?.name === 'range' && !called.object) { for (const arg of called.args) { const seen = this.of(arg); if (seen) seen.numbers++; } return; }
    const seen = this.of(right);
    if (!seen) return;
    if (left.type === 'pair') { seen.maps++; left = left.namedChildren.at(-1)!; } else seen.sized++;
    if (node.type === 'range_clause') left = left.namedChildren.at(-1) ?? left;
    this.target(left, elementOf(seen));
  }

  private bind(node: Node): void {
    const name = node.childForFieldName('name') ?? node.childForFieldName('left') ?? node.childForFieldName('pattern') ?? node.namedChildren.find(({ type }) => type === 'variable_list') ?? null;
    const value = node.childForFieldName('value') ?? node.childForFieldName('right') ?? node.namedChildren.find(({ type }) => type === 'expression_list') ?? null;
    const seen = this.of(value);
    // A spread copy `[...x]` is x again.
    const copied = value && this.of(spreadCopy(value));
    if (copied) copied.sized++;
    if (!name) return;
    if (seen ?? copied) this.target(name, (seen ?? copied)!);
    // What is assigned anew is something else from here on.
    else if (/^(?:variable_declarator|let_declaration)$/.test(node.type) && name.type === 'identifier' && this.env.has(name.text)) this.env.delete(name.text);
  }
}

/** What `[...x]` is a copy of. */
const spreadCopy = (node: Node): Node | null => (node.type === 'array' && node.namedChildCount === 1 && node.firstNamedChild!.type === 'spread_element' ? node.firstNamedChild!.firstNamedChild : null);

/** Evidence of each of these names in the tree under `body`. */
export function usageOf(body: Node, language: Language, names: readonly string[]): Map<string, Evidence> {
  const own = new Map(names.filter((name) => name !== '').map((name) => [name, evidence()]));
  gather(body, language, new Map(own));
  return own;
}
