/** What a problem of our own suite is written as, and how it becomes a Problem of each language; holds no problem and runs nothing. */
import type { Problem } from '../problem';
import type { Subject } from './subjects';

export const LEVELS = ['easy', 'middle', 'hard'] as const;
export type Level = (typeof LEVELS)[number];
export const SUITE_LANGUAGES = ['javascript', 'python', 'ruby'] as const;
export type SuiteLanguage = (typeof SUITE_LANGUAGES)[number];

/** One problem in three languages. The code is the function's body alone; its first line says how far the body is indented here. */
export interface SuiteRecord extends Readonly<Record<SuiteLanguage, string>> {
  /** Words with dashes: "running-total" asks for runningTotal in JavaScript and running_total elsewhere. */
  name: string;
  level: Level;
  /** One word each, so that they are the same in every language. */
  params: readonly string[];
  /** The task, one to three sentences. Name and parameters are said after it. */
  text: string;
  /** Arguments and, last, what comes out. */
  cases: readonly (readonly unknown[])[];
}

export interface SuiteProblem extends Problem { language: SuiteLanguage; check: Extract<Problem['check'], { kind: 'outputs' }>; subject: Subject; level: Level }

const FORMS: Readonly<Record<SuiteLanguage, { open: (entry: string, params: string) => string; close: string; indent: string; stop: readonly string[] }>> = {
  javascript: { open: (entry, params) => `function ${entry}(${params}) {`, close: '\n}', indent: '  ', stop: ['\nfunction ', '\nconst ', '\nlet ', '\n/*', '\n//', '\nconsole.'] },
  python: { open: (entry, params) => `def ${entry}(${params}):`, close: '', indent: '    ', stop: ['\ndef ', '\nclass ', '\nif ', '\nprint', '\n#', '\n@', '\nimport '] },
  ruby: { open: (entry, params) => `def ${entry}(${params})`, close: '\nend', indent: '  ', stop: ['\ndef ', '\nclass ', '\nputs', '\n#', '\nrequire '] },
};

export function entryOf(name: string, language: SuiteLanguage): string {
  return language === 'javascript' ? name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()) : name.replaceAll('-', '_');
}

/** a, b and c. */
const listed = (names: readonly string[]): string => [names.slice(0, -1).join(', '), ...names.slice(-1)].filter(part => part !== '').join(' and ');

/** The problem in one language. Nothing of it is shared with the record or with another call, and none of it can be changed. */
export function toProblem(record: SuiteRecord, subject: Subject, language: SuiteLanguage): SuiteProblem {
  const { open, close, indent, stop } = FORMS[language];
  const entry = entryOf(record.name, language);
  const signature = open(entry, record.params.join(', '));
  const description = `${record.text} Named ${entry}. Takes ${listed(record.params)}.`;
  const cases = structuredClone(record.cases);
  return frozen({
    id: `suite/${record.name}/${language}`, source: 'suite', subject, level: record.level, language, entry, params: [...record.params],
    description, prompt: promptOf(description, signature, language), signature,
    reference: `${signature}\n${indented(record[language], indent)}${close}`,
    stop: [...stop],
    check: { kind: 'outputs', inputs: cases.map(row => row.slice(0, -1)), expected: cases.map(row => row.at(-1)) },
  });
}

/** Documentation stands where each language has it: above the function, or first in it. */
function promptOf(description: string, signature: string, language: SuiteLanguage): string {
  switch (language) {
    case 'javascript': return `/** ${description} */\n${signature}\n`;
    case 'python': return `${signature}\n    """${description}"""\n`;
    case 'ruby': return `# ${description}\n${signature}\n`;
  }
}

/** Lines keep their depth against the first one. */
function indented(body: string, indent: string): string {
  const lines = body.replace(/^\n/, '').split('\n');
  const depth = lines[0]!.length - lines[0]!.trimStart().length;
  return lines.map(line => indent + line.slice(depth)).join('\n');
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) frozen(inner);
    Object.freeze(value);
  }
  return value;
}
