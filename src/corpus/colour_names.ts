/** The kinds of stretches that code is coloured by; apart from the grammars, so that a view knows them without a parser. */

/** A kind's number is its place here. Everything else is left plain. */
export const COLOURS = ['comment', 'string', 'number', 'keyword', 'constant', 'function', 'type', 'property'] as const;
export type Colour = (typeof COLOURS)[number];
