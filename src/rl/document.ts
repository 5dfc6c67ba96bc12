/** The gate between the stages: rewrites a sampled documentation and judges its form; knows text, not models or rewards. */

import { LEAK_GATE, copiedShare, leak } from '../reward/leak';
import type { Leak } from '../reward/leak';
import { formFaults, looksLikeCode } from './document/form';
import { SECTION_LABELS, proseOfSections, rewrite, sections } from './document/rewrite';
import { DEFAULT_RULES, documentationRules } from './document/rules';
import type { DocumentationRules, DocumentationStructure } from './document/rules';

export { DEFAULT_RULES, SECTION_LABELS, documentationRules, looksLikeCode, sections };
export type { DocumentationRules, DocumentationStructure };

export interface DocumentationInput {
  text: string;
  /** The end token was sampled before the length ran out. */
  finished: boolean;
  structure: DocumentationStructure;
  code: string;
  params: readonly string[];
  /** Refuse documentation whose leak score is above the gate. */
  leakGate: boolean;
  /** Absent = the default settings'. */
  rules?: DocumentationRules;
  /** Needed where the signature is stripped; without a signature the first line of the code is taken for it. */
  name?: string;
  signature?: string;
}

export interface DocumentationVerdict {
  /** What the reader is given. */
  text: string;
  /** R_doc in {0, 0.5, 1}. */
  rDoc: number;
  /** The form alone, before the leak gate. */
  form: number;
  /** Why R_doc is not 1, in few words; '' when it is. */
  reason: string;
  leak: Leak;
}

/** A verdict with its account for a person. */
export interface ExplainedVerdict extends DocumentationVerdict {
  /** Why R_doc is not 1, in sentences; '' when it is. */
  explanation: string;
  /** A sentence for each thing that the rewriting cut out. */
  stripped: string[];
}

/**
 * Filter and rewrite. 0: empty, cut off, code fence, more lines than the form has, a repetition, text that reads as code, a failed leak
 * gate. 0.5: smaller faults of form. 1: none. The levels follow BatCoder's {0, 0.5, 1}; what earns each is our choice. With the
 * strictness `off` the text passes as it is, with R_doc 1, and the leak is only measured.
 */
export function judgeDocumentation(input: DocumentationInput): ExplainedVerdict {
  const rules = input.rules ?? DEFAULT_RULES;
  const { text, stripped } = rewrite(input.text, input.code, input.structure, rules, input.name, input.signature);
  const leaked = leak(input.code, input.structure === 'sections' ? proseOfSections(text) : text);
  if (rules.strictness === 'off') return { text, rDoc: 1, form: 1, reason: '', explanation: '', stripped, leak: leaked };
  const faults = formFaults({ ...input, text }, rules);
  // One refusal says enough; smaller faults are all named.
  const grave = faults.find((fault) => fault.level === 0);
  const named = grave ? [grave] : faults;
  const form = grave ? 0 : faults.length > 0 ? 0.5 : 1;
  const copies = input.leakGate && leaked.score > LEAK_GATE;
  const marked = copies && copiedShare(leaked) <= LEAK_GATE;
  const percent = Math.round(100 * leaked.punctuation);
  const refusal = marked ? `is written in marks of code (${percent} % of it)` : `copies the code (leak ${leaked.score.toFixed(2)})`;
  const account = marked
    ? `It is written as code is: ${percent} % of it are brackets, operators and other marks.` : `It gives the code itself: the leak score is ${leaked.score.toFixed(2)}, and ${LEAK_GATE} is the most.`;
  const reason = copies && form > 0 ? refusal : named.map((fault) => fault.reason).join(input.structure === 'sections' ? '; ' : ', ');
  const sentences = copies && form > 0 ? [account] : named.map((fault) => fault.sentence);
  const explanation = sentences.length > 0 ? `${copies || grave ? 'Refused.' : 'A level lower.'} ${sentences.join(' ')}` : '';
  return { text, rDoc: copies ? 0 : form, form, reason, explanation, stripped, leak: leaked };
}
