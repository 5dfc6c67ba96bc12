/** How text is cut before byte-pair merging, and the byte alphabet; knows no vocabulary. */

/**
 * The pre-split, one alternative a line: line break with the indentation after it; a word of a camelCase or snake_case
 * name; a run of capitals (an acronym gives its last capital to the word after it: HTTP|Server); one digit; a run of ASCII
 * punctuation; a run of anything outside ASCII; spaces; tabs. A space before a word or a sign belongs to it.
 * Only explicit ASCII classes: `\s`, `\w` and `\p` differ between JavaScript and Oniguruma, these do not. Together they
 * cover every character, so nothing is left between two matches.
 */
export const SPLIT_PATTERN = [
  '\\r?\\n[ \\t]*',
  ' ?[A-Z]?[a-z]+',
  ' ?[A-Z]+(?![a-z])',
  '[0-9]',
  ' ?[!-/:-@\\[-`{-~]+',
  ' ?[^ -~\\t\\n\\r]+',
  ' +',
  '[\\t\\r]+',
].join('|');

/** The pattern as a global Unicode regular expression (a fresh one: `lastIndex` is state). */
export function splitRegExp(): RegExp {
  return new RegExp(SPLIT_PATTERN, 'gu');
}

/**
 * The 256 printable characters that stand for bytes in a byte-level vocabulary: visible Latin-1 bytes stand for
 * themselves, the other 68 follow from U+0100 in byte order (Radford et al. 2019, GPT-2).
 */
export const BYTE_CHARACTERS: readonly string[] = (() => {
  const characters: string[] = [];
  let shifted = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    const visible = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    characters.push(String.fromCharCode(visible ? byte : shifted++));
  }
  return characters;
})();
