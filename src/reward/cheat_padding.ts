/** What a reconstruction has that a function does not need: text in comments, repeated and dead statements, too much or too little; knows text, no grammar. */

import type { Language } from '../types';
import { ramp } from './cheat_language';
import { lex, words } from './lexer';

export interface PaddingReport {
  /** Words in comments and text blocks beyond the original's, against the original's length. */
  comments: number;
  /** Share of statements that stand twice, beyond the original's. */
  repeated: number;
  /** Statements that can have no effect: after a return, under a false condition, assigned and never read. */
  dead: number;
  /** More tokens than the original, or fewer. */
  excess: number;
  missing: number;
  /** The largest, in [0, 1]. */
  score: number;
  reasons: string[];
}

const REASONS = { comments: 'carries text in comments', repeated: 'repeats statements', dead: 'has statements without effect', excess: 'is longer than the original', missing: 'is cut short' } as const;

const isTextBlock = (token: string): boolean => /^(?:"""|''')/.test(token);

interface Shape { tokens: number; comments: number; statements: number; doubles: number; dead: number }

const TERMINAL = /^(?:return|throw|raise|break|continue|goto)\b|^(?:panic!|panic|die|exit|error)\s*\(/;
const CLOSES = /^(?:[)}\]]|end\b|else\b|elif\b|elsif\b|elseif\b|case\b|default\b|when\b|rescue\b|ensure\b|except\b|finally\b|catch\b|until\b|\w+:|\.|\?|:|[-+*/%&|<>=]|and\b|or\b|#endif|_ =>)/;
const NEVER = /\b(?:if|while|elif|elsif|elseif)\b\s*\(?\s*(?:false|False|0|nil|None|null|NULL|!true|not True|not true|1\s*==\s*2|1\s*===\s*2)\s*(?:\)|:|\{|then|do|&&|and|\n|$)/g;
const SELF = /(?:^|[;{\n])\s*(\w+)\s*=\s*\1\s*(?:;|\n|$|\})/g;
const ASSIGNED = /(?:^|[;{\n])\s*(?:(?:let|const|var|local|int|long|float|double|bool|auto|String|final int)\s+(?:mut\s+)?)?(\$?[A-Za-z_]\w*)\s*(?::\s*\w+\s*)?(?::=|=(?![=>~]))/g;

function deadStatements(code: string, tokens: readonly string[]): number {
  const lines = code.split('\n').filter((line) => line.trim() !== '');
  const indent = (line: string): number => line.length - line.trimStart().length;
  let dead = (code.match(NEVER) ?? []).length + (code.match(SELF) ?? []).length;
  for (let i = 0; i + 1 < lines.length; i++) {
    const text = lines[i]!.trim(), next = lines[i + 1]!;
    // An open bracket or operator at its end goes on in the next line.
    if (TERMINAL.test(text) && !/[([{,+\-*/&|=?:\\]$/.test(text) && !/\b(?:if|unless|when)\b/.test(text) && indent(next) === indent(lines[i]!) && !CLOSES.test(next.trim())) dead++;
  }
  dead += (code.match(/\b(?:return|break|continue|throw)\b[^;{}\n]*;[ \t]*(?=[A-Za-z_$])(?!case\b|default\b|else\b)/g) ?? []).filter((match) => !/\b(?:if|for|while)\b/.test(match)).length;
  const uses = new Map<string, number>();
  for (const token of tokens) uses.set(token, (uses.get(token) ?? 0) + 1);
  for (const match of code.matchAll(ASSIGNED)) if (uses.get(match[1]!) === 1) dead++;
  return dead;
}

function shape(code: string, language: Language): Shape {
  const all = lex(code, language);
  const tokens = all.filter((token) => !isTextBlock(token));
  const statements = code.split(/[;\n{}]/).map((part) => lex(part, language).join(' ')).filter((part) => part.split(' ').length >= 3);
  return {
    tokens: tokens.length, comments: words(code).length - words(tokens.join(' ')).length, statements: statements.length,
    doubles: statements.length - new Set(statements).size, dead: deadStatements(code, tokens),
  };
}

/**
 * What a reconstruction has beyond its original, each part in [0, 1]. A third more tokens, or a third fewer, are free: reconstructions
 * differ in length honestly.
 */
export function paddingReport(original: string, reconstruction: string, language: Language): PaddingReport {
  const wanted = shape(original, language), made = shape(reconstruction, language);
  const ratio = wanted.tokens === 0 ? 1 : made.tokens / wanted.tokens;
  const parts = {
    comments: ramp((made.comments - wanted.comments) / Math.max(10, wanted.tokens), 0.1, 0.5),
    repeated: made.statements === 0 ? 0 : ramp((made.doubles - wanted.doubles) / made.statements, 0.1, 0.4),
    dead: ramp(made.dead - wanted.dead, 0, 2),
    excess: ramp(ratio, 4 / 3, 2.5),
    missing: ramp(1 - ratio, 1 / 3, 0.75),
  };
  const found = (Object.keys(REASONS) as (keyof typeof REASONS)[]).filter((name) => parts[name] > 0).sort((a, b) => parts[b] - parts[a]);
  return { ...parts, score: Math.max(0, ...Object.values(parts)), reasons: found.map((name) => REASONS[name]) };
}
