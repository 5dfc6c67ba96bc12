/** The tuner's table: classes of shapes, what it takes over, and its guesses by the kind of adapter. */
import { expect, test } from 'vitest';
import { Tuner, rowClass, shapeClass } from '../src/gpu/tuner';
import type { AdapterInfo } from '../src/types';

const adapter = (change: Partial<AdapterInfo>): AdapterInfo => ({ vendor: 'v', architecture: '', device: '', description: '', fallback: false, features: [], maxStorageBufferBindingSize: 2 ** 27, ...change });

test('classes: rows by fours, sizes by powers of two', () => {
  expect([1, 2, 4, 5, 16, 17, 64, 256, 257, 1024, 1025, 1e6].map(rowClass)).toEqual([0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6]);
  expect(shapeClass('forward', 80, 432, 2048)).toBe('forward 64 x 512, rows more');
  expect(shapeClass('forward', 91, 300, 1)).toBe('forward 128 x 256, rows to 1');
});

test('guesses: no workgroup memory on software adapters; on a GPU tiles where they fill it, split sums where they do not', () => {
  const swiftshader = new Tuner(adapter({ fallback: true, architecture: 'swiftshader' })), llvmpipe = new Tuner(adapter({ fallback: true, device: 'llvmpipe' })), gpu = new Tuner(adapter({}));
  expect([swiftshader.kernel('forward', 512, 512, 512), swiftshader.kernel('backward_weight', 512, 512, 512)]).toEqual(['wide', 'by_four']);
  expect([llvmpipe.kernel('backward_inp', 512, 512, 512), llvmpipe.kernel('backward_weight', 512, 512, 512)]).toEqual(['four', 'wide']);
  expect([gpu.kernel('forward', 768, 2304, 1024), gpu.kernel('forward', 768, 2304, 1), gpu.kernel('forward', 48, 48, 64)]).toEqual(['tiled', 'thin', 'wide']);
  expect([gpu.kernel('backward_weight', 768, 768, 1024), gpu.kernel('backward_weight', 80, 80, 2048), gpu.kernel('backward_weight', 80, 80, 64)]).toEqual(['tiled', 'tiled_split', 'wide']);
});

test('decoding: on a GPU few rows share their sums, on a processor none do', () => {
  const gpu = new Tuner(adapter({})), software = new Tuner(adapter({ fallback: true }));
  expect([1, 16, 17, 64].map((rows) => gpu.kernel('decode', 768, 2304, rows))).toEqual(['thin', 'thin', 'wide', 'wide']);
  expect(software.kernel('decode', 768, 2304, 1)).toBe('wide');
});

test('what was measured before is taken over, and what makes no sense is not', () => {
  const tuner = new Tuner(adapter({}));
  tuner.learn([
    { shape: shapeClass('forward', 128, 128, 64), chosen: 'four', candidates: [] }, { shape: shapeClass('forward', 256, 256, 64), chosen: 'by_four', candidates: [] },
    { shape: 'sideways 1 x 1, rows to 1', chosen: 'four', candidates: [] },
  ]);
  expect(tuner.kernel('forward', 128, 128, 50)).toBe('four');
  expect(tuner.knows('forward', 256, 256, 64)).toBe(false);
  expect(tuner.tuning).toHaveLength(1);
  // A test's wish goes first, where it is a candidate at all.
  tuner.force = 'thin';
  expect([tuner.kernel('forward', 128, 128, 50), tuner.kernel('backward_inp', 128, 128, 50)]).toEqual(['thin', 'wide']);
});
