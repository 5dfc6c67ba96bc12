/** A Go function and its variants. */
import type { Family } from './relations';

export const go: Family = {
  language: 'go',
  original: `func WeightedMean(values []float64, cut float64) float64 {
	sum := 0.0
	weight := 1.0
	for i := 0; i < len(values); i++ {
		value := math.Abs(values[i])
		if value > cut {
			weight = weight + value*2
			sum = sum + value*weight
		} else {
			sum = sum - 1
		}
	}
	return math.Sqrt(sum / weight)
}`,
  variants: {
    'variables renamed': [{ rename: { values: 'xs', cut: 'limit', sum: 'total', weight: 'mass', i: 'k', value: 'x' } }],
    'function renamed': [['WeightedMean', 'Center']],
    'comments and layout': [['func WeightedMean', '// WeightedMean of the large ones.\nfunc WeightedMean'], ['value*2', 'value * 2'], ['		} else {\n', '\n		} else { // small\n']],
    'independent statements exchanged': [['	sum := 0.0\n	weight := 1.0\n', '	weight := 1.0\n	sum := 0.0\n']],
    'redundant parentheses': [['weight + value*2', '(weight + (value * 2))'], ['value > cut', '(value) > (cut)']],
    'x = x + 1 as x += 1': [['sum = sum - 1', 'sum -= 1']],
    'condition negated and branches exchanged': [['value > cut', 'value <= cut']],
    'value returned through a variable': [['	return math.Sqrt(sum / weight)', '	result := math.Sqrt(sum / weight)\n	return result']],
    'operator changed': [['value > cut', 'value < cut']],
    'constant of another type': [['sum := 0.0', 'sum := "0"']],
    'constant of another value': [['value*2', 'value*7']],
    'branches exchanged': [['weight = weight + value*2\n			sum = sum + value*weight', '@'], ['sum = sum - 1', 'weight = weight + value*2\n			sum = sum + value*weight'], ['@', 'sum = sum - 1']],
    'loop bound changed': [['i < len(values)', 'i < len(values)-1']],
    'another function called': [['math.Sqrt', 'math.Log']],
    'statement deleted': [['			weight = weight + value*2\n', '']],
    'wrong variable used': [['sum = sum - 1', 'sum = cut - 1']],
    'another value returned': [['math.Sqrt(sum / weight)', 'math.Sqrt(cut / weight)']],
    'dependent statements exchanged': [['			weight = weight + value*2\n			sum = sum + value*weight\n', '			sum = sum + value*weight\n			weight = weight + value*2\n']],
    'statement added': [['			sum = sum - 1\n', '			sum = sum - 1\n			weight = weight / 2\n']],
  },
};
