/** UCoder's stage 2: the model's own opinion of a problem. The template and what is read out of an answer; asks no model. */
import { sections } from './problem';
import type { ProposedProblem } from './problem';

export interface Rating { /** 0 to 10. */ score: number; summary: string }

export const RATING_START = '<RATING_START>';
export const RATING_END = '<RATING_END>';
export const MOST_RATING = 10;
/** Problems below it are left; the paper names no bound. */
export const RATING_WANTED = 6;

export function ratingPrompt(problem: ProposedProblem): string {
  return `Rate this programming problem for clarity, completeness and quality, from 0 (useless) to ${MOST_RATING} (perfect).

Title: ${problem.title}
Description: ${problem.description}
Function Signature: ${problem.signature}
Example Input-Output: ${problem.examples}

Write your rating in this form:
${RATING_START}
Problem Quality Score: a number
Summary: one sentence on clarity, completeness and quality
${RATING_END}

${RATING_START}
`;
}

/** The rating in an answer, or why there is none. */
export function readRating(answer: string): Rating | { refused: string } {
  const after = answer.slice(answer.lastIndexOf(RATING_START) >= 0 ? answer.lastIndexOf(RATING_START) + RATING_START.length : 0);
  const end = after.indexOf(RATING_END);
  if (end < 0) return { refused: `it has no ${RATING_END}` };
  const found = sections(after.slice(0, end), ['Problem Quality Score', 'Summary'] as const);
  if ('refused' in found) return found;
  // "7", "7/10" and "7.5 out of 10" are what models write.
  const said = /^(\d{1,2}(?:\.\d+)?)\s*(?:\/\s*10|out of 10)?$/.exec(found.fields['Problem Quality Score'] ?? '');
  const score = said ? Number(said[1]) : NaN;
  if (!(score >= 0 && score <= MOST_RATING)) return { refused: 'its score is no number from 0 to 10' };
  return { score, summary: found.fields.Summary ?? '' };
}
