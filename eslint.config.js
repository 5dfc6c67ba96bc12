/** What the linter holds the code to: no lost promises, no HTML from strings, and imports that only go down the stair. */
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const html = 'Text from files and from the model is shown as text nodes only: use textContent.';
const code = 'Code made from strings is refused by the Content-Security-Policy.';

/** Refused everywhere; a config that adds to the rule repeats them, because a later one replaces it. */
const syntax = [
  { selector: 'JSXAttribute[name.name="dangerouslySetInnerHTML"]', message: html },
  { selector: 'JSXAttribute[name.name="style"]', message: 'Inline styles are refused by the Content-Security-Policy: use a class.' },
  { selector: 'CallExpression[callee.name="Function"]', message: code },
  { selector: 'TSEnumDeclaration', message: 'Use a union of string literals: enums are not erasable.' },
];

/** One step of the stair: files in `files` may not import what any of `patterns` names. */
const step = (files, patterns, message, allowTypeImports = false) => ({
  files,
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: [{ regex: patterns, message, allowTypeImports }] }] },
});
/** Matches an import of one of the named folders or top-level files of the project, however many '../' lead there. */
const of = (...names) => `^\\.{1,2}/(?:\\.\\./)*(?:src/)?(?:${names.join('|')})(?:/|$)`;

export default defineConfig(
  { ignores: ['dist/', 'out/', '.cache/', 'node_modules/', 'test/fixtures/', '**/*.d.mts'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.base],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      // An async listener whose promise nobody awaits loses its error.
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-implied-eval': 'error',
      'no-eval': 'error',
      'no-new-func': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-debugger': 'error',
      'prefer-const': 'error',
      'no-restricted-properties': ['error',
        { property: 'innerHTML', message: html },
        { property: 'outerHTML', message: html },
        { property: 'insertAdjacentHTML', message: html },
        { property: 'dangerouslySetInnerHTML', message: html },
        { object: 'document', property: 'write', message: html },
        { object: 'document', property: 'writeln', message: html },
      ],
      'no-restricted-syntax': ['error', ...syntax],
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    extends: [tseslint.configs.base, tseslint.configs.disableTypeChecked],
    rules: { 'no-eval': 'error', 'no-new-func': 'error', eqeqeq: 'error', 'prefer-const': 'error' },
  },

  {
    files: ['src/**'],
    ignores: ['src/ui/spawn.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...syntax,
        { selector: 'NewExpression[callee.name=/^(Shared)?Worker$/]', message: 'A worker made here would escape the policy on hosts without headers: use spawn() of src/ui/spawn.ts.' }],
    },
  },

  // The stair: types, config <- shaders <- gpu <- model <- workers. Whoever stands higher may know who stands lower.
  step(['src/types.ts', 'src/config.ts', 'src/rng.ts'],
    of('gpu', 'model', 'loop', 'ui', 'store', 'corpus', 'reward', 'rl', 'tokenizer', 'formats', 'synthetic', 'sandbox', 'workers', 'shaders', 'main'),
    'types, config and rng stand at the foot of the stair.'),
  step(['src/gpu/**'],
    of('model', 'loop', 'ui', 'store', 'corpus', 'reward', 'rl', 'tokenizer', 'formats', 'synthetic', 'sandbox', 'workers', 'main'),
    'gpu knows buffers and kernels: it imports shaders and types only.'),
  step(['src/model/**'],
    of('loop', 'ui', 'store', 'corpus', 'reward', 'rl', 'tokenizer', 'synthetic', 'sandbox', 'workers', 'main'),
    'model stands on gpu: it knows no task, no page and no store.'),
  step(['src/corpus/**', 'src/tokenizer/**', 'src/formats/**', 'src/reward/**', 'src/rl/**', 'src/synthetic/**', 'src/sandbox/**', 'src/ucoder/**', 'src/benchmark/**', 'src/execution/**', 'src/safety/**'],
    of('gpu', 'model', 'loop', 'ui', 'store', 'shaders', 'main'),
    'This folder is pure: it runs in Node without a GPU, a page or a store.'),
  step(['src/store/**'],
    of('gpu', 'model', 'loop', 'ui', 'shaders', 'workers', 'main'),
    'store keeps plain data: it knows neither the engine nor the page.'),
  step(['src/loop/**'],
    of('gpu', 'ui', 'shaders', 'workers', 'store', 'main'),
    'loop receives its workers and its store as arguments, so it runs in Node.'),
  // A worker's address (`?worker&url`) and a file's text (`?raw`) are no import of its code.
  step(['src/ui/**'],
    `^(?!.*\\?(?:worker&url|raw)$)${of('gpu', 'model', 'shaders', 'workers').slice(1)}`,
    'ui speaks to the engine through workers and imports their types only.', true),
  step(['workers/**'],
    of('ui', 'loop', 'main'),
    'A worker serves whoever holds its port: it knows neither the page nor the loop.'),
  {
    // Tests may reach anywhere, and expect() matchers of rejected promises read better unbound.
    files: ['test/**/*.{ts,tsx}'],
    rules: { '@typescript-eslint/no-explicit-any': 'off' },
  },
);
