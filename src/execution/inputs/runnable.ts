/** Which functions cannot be run by themselves with the same result twice, as far as their text shows it; knows names of each language's library, runs nothing. */
import type { Node } from 'web-tree-sitter';
import { SYNTAX } from '../../corpus/syntax';
import type { Language } from '../../types';

type Cause = 'randomness' | 'time' | 'input or output';

const JS: readonly [RegExp, Cause][] = [
  [/\bMath\s*\.\s*random\b|\bcrypto\b/, 'randomness'],
  [/\bDate\b|\bperformance\s*\.\s*now\b|\bset(?:Timeout|Interval|Immediate)\b|\brequestAnimationFrame\b/, 'time'],
  [/\b(?:fetch|XMLHttpRequest|WebSocket|localStorage|sessionStorage|indexedDB|document|window|navigator|process|require|Deno|Bun)\b|\bimport\s*\(|\bfs\s*\./, 'input or output'],
];
const SIGNS: Partial<Record<Language, readonly [RegExp, Cause][]>> = {
  javascript: JS, typescript: JS, tsx: JS,
  python: [
    [/\b(?:random|secrets|uuid)\s*\.\s*\w|\bos\s*\.\s*urandom\b|\b(?:randint|shuffle)\s*\(/, 'randomness'],
    [/\btime\s*\.\s*\w|\b(?:datetime|date)\s*\.\s*(?:now|today|utcnow)\b/, 'time'],
    [/\b(?:open|input)\s*\(|\b(?:os|sys|subprocess|socket|requests|urllib|shutil|pathlib)\s*\.\s*\w/, 'input or output'],
  ],
  ruby: [
    [/\brand\b|\bsrand\b|\bSecureRandom\b|\bRandom\b|\.\s*(?:shuffle|sample)\b/, 'randomness'], [/\b(?:Time|Date|DateTime)\s*\.\s*\w|\bsleep\b/, 'time'],
    [/\b(?:File|Dir|IO|Open3|Net|Socket|ENV|STDIN|ARGV)\b|\b(?:gets|system|exec|require|require_relative)\b|`/, 'input or output'],
  ],
  lua: [[/\bmath\s*\.\s*random/, 'randomness'], [/\bos\s*\.\s*(?:time|clock|date)\b/, 'time'], [/\bio\s*\.|\bos\s*\.\s*\w|\brequire\b|\b(?:dofile|loadfile)\b/, 'input or output']],
  php: [
    [/\b(?:rand|mt_rand|random_int|random_bytes|shuffle|array_rand|uniqid|str_shuffle)\s*\(/, 'randomness'], [/\b(?:time|date|microtime|hrtime|mktime|strtotime|sleep)\s*\(|\bDateTime\b/, 'time'],
    [/\b(?:fopen|file_get_contents|file_put_contents|readfile|curl_\w+|mysqli?_\w+|exec|shell_exec|system|include|require|include_once|require_once)\b|\$_(?:GET|POST|SERVER|COOKIE|SESSION|REQUEST|ENV|FILES)\b/, 'input or output'],
  ],
};

const SAID: Readonly<Record<Cause, string>> = {
  'randomness': 'it draws random numbers', 'time': 'it asks for the time or waits', 'input or output': 'it reads or writes something outside',
};

/** Why running the function alone tells nothing, as the end of a sentence; '' when nothing speaks against it. */
export function whyNotAlone(fn: Node, language: Language): string {
  if (needsObject(fn, language)) return 'it belongs to a class or an object, which is not there when it runs alone';
  const text = spoken(fn, language);
  const sign = SIGNS[language]?.find(([pattern]) => pattern.test(text));
  return sign ? SAID[sign[1]] : '';
}

/** The code without comments and the insides of texts: a word there does nothing. */
function spoken(fn: Node, language: Language): string {
  const { comments, strings } = SYNTAX[language];
  const own = fn.text, from = fn.startIndex;
  let text = '', at = 0;
  for (const node of fn.descendantsOfType([...comments, ...strings, 'regex_pattern'])) {
    if (node.startIndex - from < at) continue;
    text += own.slice(at, node.startIndex - from);
    at = node.endIndex - from;
  }
  return text + own.slice(at);
}

function needsObject(fn: Node, language: Language): boolean {
  switch (language) {
    case 'javascript': case 'typescript': case 'tsx': return fn.type === 'method_definition' || fn.descendantsOfType(['this', 'super']).length > 0;
    case 'python': { const first = fn.childForFieldName('parameters')?.firstNamedChild?.text ?? ''; return first === 'self' || first === 'cls' || /\bsuper\s*\(/.test(fn.text); }
    case 'ruby': return fn.type === 'singleton_method' || fn.descendantsOfType(['instance_variable', 'class_variable', 'self', 'super']).length > 0;
    case 'php': return fn.type === 'method_declaration' || /\$this\b/.test(fn.text);
    case 'lua': return /[:.]/.test(fn.childForFieldName('name')?.text ?? '') || /\bself\b/.test(fn.text);
    case 'java': return !/\bstatic\b/.test(fn.text.slice(0, 200));
    case 'rust': return fn.descendantsOfType('self_parameter').length > 0;
    case 'go': return fn.type === 'method_declaration';
    case 'c': case 'cpp': return /\bthis\b/.test(fn.text);
  }
}
