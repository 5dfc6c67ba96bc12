/** Knows how to find a function's own comment or docstring and turn it into plain text; knows nothing of facts or files. */
import type { Node } from 'web-tree-sitter';
import type { Language } from '../types';
import { SYNTAX } from './syntax';

/** Comment lines that speak to a tool, not to a reader. */
const DIRECTIVE = /^(?:eslint|@ts-|prettier-|istanbul|c8 |v8 |jshint|jslint|tslint|noqa|pylint|mypy|type:|rubocop|nolint|go:|\+build|clang-format|NOLINT|phpcs|phpstan|@phpstan|luacheck|selene|frozen_string_literal|-\*-|#__PURE__|@__PURE__|#region|#endregion|region\b|endregion\b|[-=*_#~/]{4,}$)/;
/** Block tags whose text belongs to the description. */
const DESCRIPTION_TAG = /^[@\\](?:description|desc|brief|summary|details|short)\b\s*/;
const BLOCK_TAG = /^[@\\][A-Za-z][\w-]*/;
const FIELD_LINE = /^:(?:param|type|arg|argument|key|keyword|raises?|returns?|rtype|ivar|var)\b[^:]*:/;

/** Comment text of one node without its markers: `/** *\/`, `//`, `///`, `#`, `--`, `--[[ ]]`, `=begin`. */
export function stripMarkers(comment: string): string {
  if (/^--\[=*\[/.test(comment)) return comment.replace(/^--\[=*\[-*/, '').replace(/-*\]=*\]$/, '');
  if (comment.startsWith('/*')) {
    return comment.replace(/^\/\*+!?/, '').replace(/\*+\/$/, '').split('\n').map((line) => line.replace(/^\s*\*+(?!\/) ?/, '')).join('\n');
  }
  if (comment.startsWith('=begin')) return comment.replace(/^=begin\s*/, '').replace(/\n=end\s*$/, '');
  return comment.split('\n').map((line) => line.trimStart().replace(/^(?:\/\/[/!]*<?|#+!?|--+) ?/, '')).join('\n');
}

/**
 * The description of a comment's or docstring's text: block tags (`@param` and its kin, `:param x:`) with their continuation
 * lines removed, tool directives removed, inline tags, Markdown links and simple HTML unwrapped, lines dedented, blank runs made one.
 */
export function description(text: string): string {
  const kept: string[] = [];
  let inTag = false;
  for (const raw of text.replace(/\r\n?/g, '\n').split('\n')) {
    let line = raw.trim();
    if (DIRECTIVE.test(line)) continue;
    if (DESCRIPTION_TAG.test(line)) { line = line.replace(DESCRIPTION_TAG, ''); inTag = false; }
    else if (BLOCK_TAG.test(line) || FIELD_LINE.test(line)) inTag = true;
    if (inTag) continue;
    kept.push(line);
  }
  return kept.join('\n')
    .replace(/\{@(?:code|link|linkplain|literal|value)\s+([^}]*)\}/g, '$1')
    .replace(/\[([^\]\n]+)\]\((?:[^()\s]|\([^()\s]*\))*\)/g, '$1')
    .replace(/<\/?(?:p|br|code|pre|b|i|em|strong|ul|ol|li|tt|summary|para)\s*\/?>/gi, '')
    .replace(/[ \t]+$/gm, '').replace(/\n{3,}/g, '\n\n').trim();
}

/** What says a type or shows a call: what `description` leaves out, or what the lines around it need. */
const TAGGED = /[@\\](?:param|arg|argument|tparam|type|example|rbs|return|returns)\b|^\s*:(?:param|type|arg)\b|^\s*>>>|^\s*:?\s*\(.*\)\s*->/m;
const LONGEST_TAGS = 2000;

/** The text itself where it has tags, types or examples; '' where it is description alone. */
export function tagsOf(text: string): string {
  return TAGGED.test(text) ? text.slice(0, LONGEST_TAGS).trim() : '';
}

/**
 * The comment directly above a statement, its markers gone; '' when there is none. Directly: no blank line between, and not the
 * trailing comment of the line before. Attributes and annotations between comment and function do not separate them.
 */
export function commentTextAbove(statement: Node, language: Language): string {
  const comments = SYNTAX[language].comments;
  let at: Node | null = statement;
  let previous = at.previousNamedSibling;
  // A grammar may hang the comment before a block's first statement outside the block.
  while (!previous && at?.parent && /^(?:block|body_statement|statement_list|class_body|expression_list|variable_list)$/.test(at.parent.type)) {
    at = at.parent;
    previous = at.previousNamedSibling;
  }
  const found: string[] = [];
  let row = statement.startPosition.row;
  for (let node: Node | null = previous; node; node = node.previousNamedSibling) {
    if (/^(?:attribute_item|decorator)$/.test(node.type)) { row = node.startPosition.row; continue; }
    if (!comments.includes(node.type)) break;
    const text = node.text.replace(/\n+$/, '');
    const endRow = node.startPosition.row + text.split('\n').length - 1;
    if (endRow < row - 1) break;
    const before: Node | null = node.previousNamedSibling;
    if (before && before.endPosition.row === node.startPosition.row && !comments.includes(before.type) && before.endPosition.column > 0) break;
    // Line comments join; a block comment stands alone.
    const block = /^\/\*|^--\[=*\[|^=begin/.test(text);
    if (block && found.length > 0) break;
    if (!text.startsWith('#!')) found.unshift(stripMarkers(text));
    if (block) break;
    row = node.startPosition.row;
  }
  return found.join('\n');
}

/** A Python docstring: its plain text and the node to take out of the code; null when the body has none. */
export function docstring(body: Node): { text: string; tags: string; statement: Node; only: boolean } | null {
  const statement = body.firstNamedChild;
  const string = statement?.type === 'expression_statement' && statement.namedChildCount === 1 ? statement.firstNamedChild : null;
  if (!statement || string?.type !== 'string' || string.namedChildren.some((c) => c.type === 'interpolation')) return null;
  const first = string.firstChild, last = string.lastChild;
  if (!first || !last) return null;
  const text = string.text.slice(first.endIndex - string.startIndex, last.startIndex - string.startIndex);
  return { text: description(text), tags: tagsOf(text), statement, only: body.namedChildren.filter((c) => c.type !== 'comment').length === 1 };
}

/** The first sentence of a documentation, on one line, at most 160 characters, closed by a full stop. '' for ''. */
export function firstSentence(documentation: string): string {
  const text = documentation.split(/\n\s*\n/)[0].replace(/\s+/g, ' ').trim();
  if (text === '') return '';
  const match = /^(.{8,160}?[.!?])(?=\s|$)/.exec(text);
  if (match) return match[1];
  const cut = text.length <= 160 ? text : text.slice(0, 160).replace(/\s+\S*$/, '');
  return /[.!?]$/.test(cut) ? cut : `${cut.replace(/[\s:;,-]+$/, '')}.`;
}
