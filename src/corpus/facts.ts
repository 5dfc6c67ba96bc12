/** Knows how to state true things about a function from its syntax tree; knows nothing of probabilities or models. */
import type { Node, TreeCursor } from 'web-tree-sitter';
import type { Fact, Language } from '../types';
import { plainName } from './naming';
import { SYNTAX } from './syntax';
import type { Syntax } from './syntax';

/** Most values one sentence states; `values` of the fact holds all of them, so that a check knows every true one. */
export const STATED = { params: 8, calls: 6, fields: 5, constants: 4, raises: 3, shape: 5 } as const;

/** 'a', 'a and b', 'a, b and c'. */
export function joinNames(values: readonly string[]): string {
  return values.length < 2 ? values.join('') : `${values.slice(0, -1).join(', ')} and ${values[values.length - 1]}`;
}

interface Findings { calls: Set<string>; reads: Set<string>; writes: Set<string>; constants: Set<string>; raises: Set<string>; shape: Set<string> }

/** Words or a short word group: what a reader could state and a check can split again at ', ' and ' and '. */
const STATABLE = /^[A-Za-z][\w -]{1,14}$/;

/**
 * Facts of one function in the order name, params, calls, fields read, fields set, constants, raises, shape; kinds with nothing
 * to say are absent. Sentences: "Named x." "Takes a, b and c." "Calls read and strip." "Reads the fields pos." "Sets the
 * fields pos." "Constants: utf and 8." "Raises ValueError." "Has an if and a return."
 * @param body the function's body node; null for an empty function.
 * @param receiver extra receiver names whose members are fields (Go's receiver).
 */
export function functionFacts(language: Language, name: string, params: string[], body: Node | null, receiver: string[] = [], skip: Node | null = null): Fact[] {
  const found: Findings = { calls: new Set(), reads: new Set(), writes: new Set(), constants: new Set(), raises: new Set(), shape: new Set() };
  if (body) {
    const receivers = new Set([...SYNTAX[language].self, ...receiver, ...params.map((p) => (language === 'php' ? `$${p}` : p))]);
    const cursor = body.walk();
    visit(cursor, SYNTAX[language], language, receivers, found, body.id, skip?.id ?? -1);
    cursor.delete();
  }
  const facts: Fact[] = [{ kind: 'name', sentence: `Named ${name}.`, values: [name] }];
  const add = (kind: keyof typeof STATED, values: Iterable<string>, opening: string) => {
    const all = [...values];
    if (all.length > 0) facts.push({ kind, sentence: `${opening} ${joinNames(all.slice(0, STATED[kind]))}.`, values: all });
  };
  add('params', params, 'Takes');
  add('calls', found.calls, 'Calls');
  add('fields', found.reads, 'Reads the fields');
  add('fields', found.writes, 'Sets the fields');
  add('constants', found.constants, 'Constants:');
  add('raises', found.raises, 'Raises');
  add('shape', found.shape, 'Has');
  return facts;
}

function visit(cursor: TreeCursor, syntax: Syntax, language: Language, receivers: Set<string>, found: Findings, self: number, skip: number): void {
  const type = cursor.nodeType;
  const interesting = cursor.nodeIsNamed && (type in syntax.shape || type in syntax.calls || type in syntax.members
    || syntax.raises.includes(type) || syntax.strings.includes(type) || syntax.numbers.includes(type) || type === 'instance_variable');
  if (interesting || skip >= 0) {
    const node = cursor.currentNode;
    if (node.id === skip) return;
    if (interesting) note(node, type, syntax, language, receivers, found, self);
  }
  if (cursor.gotoFirstChild()) {
    do visit(cursor, syntax, language, receivers, found, self, skip); while (cursor.gotoNextSibling());
    cursor.gotoParent();
  }
}

function note(node: Node, type: string, syntax: Syntax, language: Language, receivers: Set<string>, found: Findings, self: number): void {
  // The braces of a lambda are its body, not a block inside it.
  if (type in syntax.shape && !(node.id === self && type.endsWith('block'))) found.shape.add(syntax.shape[type]);
  if (syntax.strings.includes(type)) {
    const text = node.text;
    if (STATABLE.test(text) && !text.includes(' and ') && text.trim() === text) found.constants.add(text);
  } else if (syntax.numbers.includes(type)) {
    const text = node.text;
    if (/^[\d.][\w.]*$/.test(text) && text.length <= 15 && !/^[01]$/.test(text) && !text.endsWith('.')) found.constants.add(text);
  } else if (type in syntax.calls) {
    const called = calledName(node, type, syntax);
    // Ruby throws by a call; what a throw makes is stated as raised, not as called.
    if (language === 'ruby' && (called === 'raise' || called === 'fail') && !node.childForFieldName('receiver')) {
      const first = node.childForFieldName('arguments')?.firstNamedChild ?? null;
      const raised = plainName(first?.type === 'call' ? first.childForFieldName('receiver') : first);
      if (raised && /^[A-Z]/.test(raised)) found.raises.add(raised);
    } else if (called && !syntax.raises.includes(node.parent?.type ?? '')) found.calls.add(called);
  } else if (syntax.raises.includes(type)) {
    const raised = raisedName(node, syntax);
    if (raised) found.raises.add(raised);
  }
  if (type in syntax.members) {
    const [objectField, memberField] = syntax.members[type];
    const object = node.childForFieldName(objectField), member = node.childForFieldName(memberField);
    if (object && member && receivers.has(object.text) && !isCalled(node, syntax)) {
      const name = plainName(member);
      if (name) (isWritten(node) ? found.writes : found.reads).add(name);
    }
  } else if (type === 'instance_variable') (isWritten(node) ? found.writes : found.reads).add(node.text.replace(/^@+/, ''));
}

function calledName(node: Node, type: string, syntax: Syntax): string | null {
  const field = syntax.calls[type];
  return plainName(field === '' ? node.namedChildren.find((c) => c.type === 'name' || c.type === 'qualified_name') ?? null : node.childForFieldName(field));
}

function raisedName(node: Node, syntax: Syntax): string | null {
  const thrown = node.firstNamedChild;
  if (!thrown) return null;
  if (thrown.type in syntax.calls) return calledName(thrown, thrown.type, syntax);
  // `raise error` hands a variable on and names no kind of error.
  const name = plainName(thrown);
  return name && /^[A-Z]/.test(name) ? name : null;
}

function isCalled(node: Node, syntax: Syntax): boolean {
  // `text.parse::<T>()` has its type arguments between the member and the call.
  const callee = node.parent?.type === 'generic_function' ? node.parent : node;
  const parent = callee.parent;
  return !!parent && parent.type in syntax.calls && parent.childForFieldName(syntax.calls[parent.type])?.id === callee.id;
}

/** True when the node is only assigned to: the left side of `=`. `+=` reads too. */
function isWritten(node: Node): boolean {
  let at = node;
  if (at.parent && /^(?:expression_list|variable_list|left_assignment_list|pattern_list)$/.test(at.parent.type)) at = at.parent;
  const parent = at.parent;
  if (!parent || !/assignment/.test(parent.type) || /augmented|operator_assignment/.test(parent.type)) return false;
  const operator = parent.childForFieldName('operator');
  if (operator && operator.text !== '=' && operator.text !== ':=') return false;
  return parent.type === 'assignment_statement' && at.type === 'variable_list' ? true : parent.childForFieldName('left')?.id === at.id;
}
