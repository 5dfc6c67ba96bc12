/** Our own choices one by one: a training step and decoding with each of them changed, in turns with the engine as it ships. Knows no choice. */
import type { Lab } from './contest';
import { decode, train } from './models';
import { openOurs } from './peers/ours';
import type { Row } from './rows';
import type { Size } from './sizes';
import type { Peer } from './task';
import { VARIANTS } from './variants';

/** Rows whose `peer` is what was changed; `ratio` above 1: the change makes it slower. */
export async function tricks(lab: Lab, size: Size): Promise<Row[]> {
  // Whatever is changed, it is our engine, and as fast as ours when it comes to what it would take.
  const ceilings = lab.ceilings && { ...lab.ceilings, rates: Object.fromEntries(Object.entries(lab.ceilings.rates).filter(([peer]) => peer === 'ours')) };
  return [
    ...await train({ ...lab, ceilings }, size, { name: 'trick: train', checked: true }),
    ...await decode({ ...lab, ceilings }, size, { name: 'trick: decode, a token' }),
  ];
}

/** The engine with one choice changed. @throws for a name that no variant has */
export function openVariant(name: string, open: Lab['open']): Peer {
  const variant = VARIANTS.find(candidate => candidate.name === name);
  if (!variant) throw new Error(`There is no variant ${name}; there are ${VARIANTS.map(candidate => candidate.name).join(', ')}.`);
  return {
    ...openOurs(async () => {
      const gpu = await open();
      variant.apply?.(gpu);
      return gpu;
    }, variant.wish), name,
  };
}
