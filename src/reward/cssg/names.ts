/** Which name means which variable or function of the snippet; knows scopes, no syntax. Names end here: beyond this file they are classes. */

import type { Procedure, Site, Variable } from './flow';

/** A block or a function; `closed` scopes do not see the variables around them (but its functions and classes). */
export class Scope {
  private names: Map<string, Variable> | undefined;
  readonly parent: Scope | undefined;
  readonly procedure: Procedure;
  readonly closed: boolean;

  constructor(parent: Scope | undefined, procedure: Procedure, closed = false) {
    this.parent = parent;
    this.procedure = procedure;
    this.closed = closed;
  }

  own(name: string): Variable | undefined { return this.names?.get(name); }

  find(name: string): Variable | undefined {
    let shut = false;
    for (let scope: Scope | undefined = this; scope; scope = scope.parent) {
      const variable = scope.names?.get(name);
      if (variable && (!shut || variable.callee !== undefined || variable.kind === 'class')) return variable;
      shut ||= scope.closed;
    }
    return undefined;
  }

  set(name: string, variable: Variable): Variable {
    (this.names ??= new Map()).set(name, variable);
    return variable;
  }

  /** The name in this very scope, made when it is not there. */
  declare(name: string, kind: Variable['kind'], callee?: Procedure): Variable {
    const known = this.own(name);
    if (known && callee === undefined && known.callee === undefined) return known;
    return this.set(name, { kind, owner: this.procedure, callee });
  }
}

/** How a name was met. A bare name may be a method call in Ruby. */
export type Meeting = 'use' | 'call' | 'bare';

/** Marks a variable that is read (or called) at a site: its class in the label, and the edge to come. */
export function note(variable: Variable, at: Site, how: Meeting): void {
  if (variable.kind === 'function' || variable.kind === 'class') {
    at.details.push(how === 'call' ? 'call:own' : variable.kind);
    if (variable.callee && (variable.kind === 'function' || how === 'call')) at.calls.push(variable.callee);
    return;
  }
  at.details.push(how === 'call' ? `call:${variable.kind}` : variable.kind);
  at.uses.push(variable);
}
