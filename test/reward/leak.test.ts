/** Tests of the leak on prose in other scripts: their punctuation is no code. Its numbers on code are in the tests of the text metrics. */
import { describe, expect, it } from 'vitest';
import { leak } from '../../src/reward/leak';

const CODE = 'def total(prices, limit):\n    return sum(price for price in prices if price <= limit)';

describe('punctuation of prose', () => {
  it('is no code in any script', () => {
    for (const text of ['合计不超过上限的商品价格。', '価格の合計、上限まで。', 'يجمع الأسعار، حتى الحد.', 'सीमा तक की कीमतें जोड़ता है।', '¿Qué suma? Los precios — hasta el límite…', '“Sums” the prices, «all» of them.']) {
      expect(leak(CODE, text), text).toMatchObject({ punctuation: 0, score: 0 });
    }
  });
  it('is code where it is code\'s', () => {
    expect(leak(CODE, 'Sums [x] + {y} <= (z).').score).toBe(1);
    expect(leak(CODE, '合计[价格] <= {上限}(和)').score).toBe(1);
  });
});
