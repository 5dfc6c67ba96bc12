/** All problems of our own suite by subject; loaded only when someone asks for them. */
import { BITS } from './bits';
import { CHECKING } from './checking';
import { DATES } from './dates';
import { FORMATS } from './formats';
import { INTERVALS } from './intervals';
import { LAYOUTS } from './layouts';
import { LISTS } from './lists';
import { MATRICES } from './matrices';
import { NUMBERS } from './numbers';
import type { SuiteRecord } from './record';
import { RECORDS } from './records';
import { RECURSION } from './recursion';
import { SEARCHING } from './searching';
import { STARTER_FOLDED } from './starter_folded';
import { STARTER_KEPT } from './starter_kept';
import { STARTER_STEPS } from './starter_steps';
import { STEPWISE } from './stepwise';
import type { Subject } from './subjects';
import { TEXTS } from './texts';

export const ALL: Readonly<Record<Subject, readonly SuiteRecord[]>> = {
  'starter': [...STARTER_KEPT, ...STARTER_FOLDED], 'starter-steps': STARTER_STEPS,
  'numbers': NUMBERS, 'lists': LISTS, 'texts': TEXTS, 'records': RECORDS, 'recursion': RECURSION, 'searching': SEARCHING, 'dates': DATES,
  'formats': FORMATS, 'matrices': MATRICES, 'intervals': INTERVALS, 'stepwise': STEPWISE, 'bits': BITS, 'layouts': LAYOUTS, 'checking': CHECKING,
};
