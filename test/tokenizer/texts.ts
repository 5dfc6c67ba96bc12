/** Texts the tokenizer tests share: a little code in several languages, and random Unicode; knows no tokenizer. */
import { choose, createRng, randomInt } from '../../src/rng';

export const CODE_TEXTS: string[] = [
  'export function parseHTTPHeader(rawText, maxSize = 64) {\n  const headerLines = rawText.split("\\r\\n");\n  return headerLines.slice(0, maxSize).map((line) => line.trim());\n}\n',
  'def keep_large_items(items, limit):\n    """Keeps the items above a limit."""\n    out = []\n    for item in items:\n        if item > limit:\n            out.append(item)\n    return out\n',
  'def count_words(text)\n  text.split(" ").each_with_object(Hash.new(0)) { |word, table| table[word] += 1 }\nend\n',
  'func readAll(r io.Reader) ([]byte, error) {\n\tvar buf bytes.Buffer\n\tif _, err := buf.ReadFrom(r); err != nil {\n\t\treturn nil, err\n\t}\n\treturn buf.Bytes(), nil\n}\n',
  '// naïve café — größer, 日本語のコメント, emoji 🙂🚀\nlet größe = 12345.678e-9; /* ==== ++++ ==== */\n',
  'aaaaaaaa aaaa aaaaaaa aaa\n=========================\nababababab abababa\n',
];

/** Strings of ASCII, spaces of all kinds, controls, letters of other scripts, astral characters and lone surrogates. */
export function randomTexts(count: number, seed: number): string[] {
  const random = createRng(seed);
  const kinds: (() => string)[] = [
    () => String.fromCharCode(97 + randomInt(random, 26)),
    () => String.fromCharCode(32 + randomInt(random, 95)),
    () => choose(random, [' ', '  ', '\n', '\r\n', '\t', '\r', '\n    ', '\u0085', '\u00a0', '\ufeff', '\u2028', '\u3000', '\u0000', '\u007f']),
    () => String.fromCharCode(randomInt(random, 0x500)),
    () => String.fromCharCode(0x3000 + randomInt(random, 0x5000)),
    () => String.fromCodePoint(0x1f300 + randomInt(random, 0x500)),
    () => String.fromCharCode(0xd800 + randomInt(random, 0x800)),
    () => choose(random, ['<|end|>', '<|pad|>', '<|python|>', '<|', '|>', 'HTTPServer', 'snake_case', 'return']),
  ];
  return Array.from({ length: count }, () => Array.from({ length: randomInt(random, 40) }, () => choose(random, kinds)()).join(''));
}
