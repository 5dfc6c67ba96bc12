/** The roofline as a drawing: each kernel's FLOP/s over its FLOP per byte, under what memory and arithmetic allow at most. */
import type { JSX } from 'preact';
import { value } from '../format';
import type { KernelKey, KernelRow } from './kernel_rows';
import { rooflineOf } from './roofline';
import type { Axis } from './roofline';

/** Pixels: the drawing's height, what its axis and the discs need at the edges. The width is the page's, so it is in percent. */
const HEIGHT = 220, TOP = 14, BOTTOM = 38, LEFT = 9, RIGHT = 2, DISC = 9;

const tenTo = (power: number): string => String(Number((10 ** power).toPrecision(1)));

export function Roofline({ rows, keys, ceilings, name }: { rows: readonly KernelRow[]; keys: ReadonlyMap<string, KernelKey>; ceilings: { flops: number; bytes: number }; name: string }): JSX.Element | null {
  const drawn = rooflineOf(rows, ceilings);
  if (!drawn) return null;
  const across = (x: number): string => `${LEFT + x * (100 - LEFT - RIGHT)}%`, down = (y: number): number => TOP + (1 - y) * (HEIGHT - TOP - BOTTOM);
  const decades = ({ low, high }: Axis): { power: number; at: number }[] => Array.from({ length: high - low + 1 }, (_, i) => ({ power: low + i, at: i / (high - low) }));
  const [enter, ridge, end] = drawn.roof as [typeof drawn.roof[0], typeof drawn.roof[0], typeof drawn.roof[0]];
  return (
    <figure class="roofline">
      <figcaption><h4>How near each kernel comes to what the adapter can do</h4></figcaption>
      <svg class="pieces" width="100%" height={HEIGHT} role="img" aria-label={`GFLOP/s of each kernel of the ${name} over its FLOP per byte, under the ceilings of ${value(ceilings.flops / 1e9)} GFLOP/s and ${value(ceilings.bytes / 1e9)} GB/s. The same numbers stand in the table.`}>
        {decades(drawn.x).map(({ power, at }) => (
          <g key={power}>
            <line class="grid" x1={across(at)} x2={across(at)} y1={TOP} y2={HEIGHT - BOTTOM} />
            <text class="tick-label" x={across(at)} y={HEIGHT - BOTTOM + 15} text-anchor={at === 1 ? 'end' : 'middle'}>{tenTo(power)}</text>
          </g>
        ))}
        {decades(drawn.y).map(({ power, at }) => (
          <g key={power}>
            <line class="grid" x1={across(0)} x2={across(1)} y1={down(at)} y2={down(at)} />
            <text class="tick-label" x={across(0)} dx="-6" y={down(at) + 4} text-anchor="end">{tenTo(power - 9)}</text>
          </g>
        ))}
        <text class="tick-label" x={across(0.5)} y={HEIGHT - 5} text-anchor="middle">FLOP per byte, and GFLOP/s upwards</text>
        <line class="roof" x1={across(enter.x)} y1={down(enter.y)} x2={across(ridge.x)} y2={down(ridge.y)} />
        <line class="roof" x1={across(ridge.x)} y1={down(ridge.y)} x2={across(end.x)} y2={down(end.y)} />
        {drawn.points.map(({ kernel, x, y, intensity, flopRate }) => {
          const key = keys.get(kernel);
          return key ? (
            <g key={kernel}>
              <circle class={`piece ${key.color}`} cx={across(x)} cy={down(y)} r={DISC}><title>{`${key.number} ${kernel}: ${value(flopRate / 1e9)} GFLOP/s at ${value(intensity)} FLOP per byte`}</title></circle>
              <text class="piece-label" x={across(x)} y={down(y) + 4} text-anchor="middle">{key.number}</text>
            </g>
          ) : null;
        })}
      </svg>
    </figure>
  );
}
