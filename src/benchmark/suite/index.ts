/** Our own suite of problems, loaded when someone asks for it: the first view of the page does without. */
import type { SuiteProblem } from './record';
import type { Subject } from './subjects';

export type { Level, SuiteLanguage, SuiteProblem } from './record';
export { SUBJECTS, type Subject } from './subjects';

/** Every problem in JavaScript, Python and Ruby, by subject. Each call makes its own, and none of them can be changed. */
export async function loadSuite(): Promise<SuiteProblem[]> {
  const [{ ALL }, { SUITE_LANGUAGES, toProblem }] = await Promise.all([import('./all'), import('./record')]);
  return (Object.keys(ALL) as Subject[]).flatMap(subject => ALL[subject].flatMap(record => SUITE_LANGUAGES.map(language => toProblem(record, subject, language))));
}
