/** What is coloured as what, in all twelve languages, by hand; spans tile the code in order and never lie outside of it. */
import { beforeAll, expect, test } from 'vitest';
import { COLOURS } from '../../src/corpus/colour_names';
import type { Colour } from '../../src/corpus/colour_names';
import { colourCode } from '../../src/corpus/colours';
import { LANGUAGE_NAMES } from '../../src/corpus/languages';
import { createParser } from '../../src/corpus/parser';
import type { Parser } from '../../src/corpus/parser';
import type { Language } from '../../src/types';
import { nodeGrammars } from './node_grammars';

let parser: Parser;
beforeAll(async () => {
  parser = await createParser(nodeGrammars);
  await parser.load(LANGUAGE_NAMES);
});

function coloured(language: Language, code: string): Partial<Record<Colour, string[]>> {
  const found: Partial<Record<Colour, string[]>> = {};
  const spans = colourCode(parser, language, code);
  for (let i = 0, end = 0; i < spans.length; i += 3) {
    expect(spans[i]!).toBeGreaterThanOrEqual(end);
    expect(spans[i + 1]!).toBeGreaterThan(spans[i]!);
    end = spans[i + 1]!;
    expect(end).toBeLessThanOrEqual(code.length);
    (found[COLOURS[spans[i + 2]!]!] ??= []).push(code.slice(spans[i], end));
  }
  return found;
}

// One function a language with what each kind must hold, in order.
const CASES: Record<Language, [code: string, want: Partial<Record<Colour, string[]>>]> = {
  javascript: ['async add(a, b) {\n  // sum\n  const x = `v${a + fn(\'q\')}!`;\n  return this.total(a).b + 12 + null;\n}',
    { keyword: ['async', 'const', 'return'], function: ['add', 'fn', 'total'], comment: ['// sum'], string: ['`v', '\'q\'', '!`'], constant: ['this', 'null'], property: ['b'], number: ['12'] }],
  typescript: ['export function add(a: number, b: Box<string>): void {\n  return a.count(new Box(/ab/g)) as any;\n}',
    { keyword: ['export', 'function', 'return', 'new', 'as'], function: ['add', 'count', 'Box'], type: ['number', 'Box', 'string', 'void', 'any'], string: ['/ab/g'] }],
  tsx: ['const A = (p: Props) => <b class="x">{p.name}</b>;', { keyword: ['const'], type: ['Props'], property: ['class', 'name'], string: ['"x"'] }],
  python: ['async def add(self, a=1.5):\n    # c\n    x = f\'v{a + g(1)}\'\n    return self.count(x) if None else "d"',
    { keyword: ['async', 'def', 'return', 'if', 'else'], function: ['add', 'g', 'count'], number: ['1.5', '1'], comment: ['# c'], string: ['f\'v', '\'', '"d"'], constant: ['None'] }],
  ruby: ['def add(a)\n  # c\n  @x = "v#{a}" + :sym.to_s\n  call(a) unless nil\nend',
    { keyword: ['def', 'unless', 'end'], function: ['add', 'to_s', 'call'], comment: ['# c'], property: ['@x'], string: ['"v', '"', ':sym'], constant: ['nil'] }],
  go: ['func (b *Box) Add(a int) (string, error) {\n\t// c\n\treturn fmt.Sprintf("%d", a), nil\n}',
    { keyword: ['func', 'return'], type: ['Box', 'int', 'string', 'error'], function: ['Add', 'Sprintf'], comment: ['// c'], string: ['"%d"'], constant: ['nil'] }],
  rust: ['pub fn add(&self, a: u32) -> Option<String> {\n    let mut x = format!("{}", 1_000);\n    self.items.push(a);\n    None\n}',
    { keyword: ['pub', 'fn', 'let', 'mut'], function: ['add', 'format', 'push'], constant: ['self', 'self'], type: ['u32', 'Option', 'String'], string: ['"{}"'], number: ['1_000'], property: ['items'] }],
  java: ['public int add(int a) throws IOException {\n  String s = "x" + \'c\' + 1.5;\n  return this.count(new Box(a)) + null;\n}',
    { keyword: ['public', 'throws', 'return', 'new'], type: ['int', 'int', 'IOException', 'String', 'Box'], function: ['add', 'count'], string: ['"x"', '\'c\''], number: ['1.5'], constant: ['this', 'null'] }],
  c: ['static int add(const char *a, size_t n) {\n  /* c */\n  if (a == NULL) return p->len + 0x1f;\n  printf("%d", \'c\');\n}',
    { keyword: ['static', 'const', 'if', 'return'], type: ['int', 'char', 'size_t'], function: ['add', 'printf'], comment: ['/* c */'], constant: ['NULL'], property: ['len'], number: ['0x1f'], string: ['"%d"', '\'c\''] }],
  cpp: ['std::string add(const Box& b) const {\n  return b.count(1.5f) + nullptr;\n}',
    { type: ['std', 'string', 'Box'], function: ['add', 'count'], keyword: ['const', 'const', 'return'], number: ['1.5f'], constant: ['nullptr'] }],
  php: ['public function add(int $a): ?string {\n  // c\n  return $this->count($a) . strlen(\'q\') . null;\n}',
    { keyword: ['public', 'function', 'return'], function: ['add', 'count', 'strlen'], type: ['int', 'string'], comment: ['// c'], string: ['\'q\''], constant: ['null'] }],
  lua: ['local function add(a, b)\n  -- c\n  local x = "v" .. 12\n  return self:count(a) or nil\nend',
    { keyword: ['local', 'function', 'local', 'return', 'or', 'end'], function: ['add', 'count'], comment: ['-- c'], string: ['"v"'], number: ['12'], constant: ['nil'] }],
};

test.each(Object.entries(CASES))('%s', (language, [code, want]) => { expect(coloured(language as Language, code)).toEqual(want); });

test('broken and empty code is coloured as far as the grammar recovers', () => {
  expect(coloured('javascript', '')).toEqual({});
  expect(coloured('python', 'def f(x:\n  return "a')['keyword']).toContain('def');
  expect(coloured('javascript', 'const a = 1; }}} else')['number']).toEqual(['1']);
});
