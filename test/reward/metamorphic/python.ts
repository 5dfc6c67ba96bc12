/** A Python function and its variants. */
import type { Family } from './relations';

export const python: Family = {
  language: 'python',
  original: `def longest_run(values, target):
    best = 0
    run = 0
    for i in range(len(values)):
        value = abs(values[i])
        if value == target:
            run = run + 1
            best = max(best, run * 2)
        else:
            run = 0
    share = best / len(values)
    return round(share, 3)
`,
  variants: {
    'variables renamed': [{ rename: { values: 'xs', target: 'wanted', best: 'top', run: 'streak', i: 'k', value: 'x', share: 'part' } }],
    'function renamed': [['longest_run', 'streak_share']],
    'comments and layout': [['def longest_run(values, target):\n', 'def longest_run( values,\n                 target ):\n    # the longest so far\n'], ['    share = best / len(values)\n', '\n    share = best/len(values)  # of all\n\n']],
    'independent statements exchanged': [['    best = 0\n    run = 0\n', '    run = 0\n    best = 0\n']],
    'redundant parentheses': [['value == target', '(value == target)'], ['max(best, run * 2)', 'max(best, (run * (2)))']],
    'x = x + 1 as x += 1': [['run = run + 1', 'run += 1']],
    'condition negated and branches exchanged': [['value == target', 'value != target']],
    'value returned through a variable': [['    return round(share, 3)\n', '    result = round(share, 3)\n    return result\n']],
    'operator changed': [['value == target', 'value != target']],
    'constant of another type': [['    best = 0\n', '    best = "0"\n']],
    'constant of another value': [['run * 2', 'run * 5']],
    'branches exchanged': [['run = run + 1\n            best = max(best, run * 2)', '@'], ['        else:\n            run = 0', '        else:\n            run = run + 1\n            best = max(best, run * 2)'], ['@', 'run = 0']],
    'loop bound changed': [['range(len(values))', 'range(len(values) - 1)']],
    'another function called': [['max(best', 'min(best']],
    'statement deleted': [['            run = run + 1\n', '']],
    'wrong variable used': [['share = best /', 'share = run /']],
    'another value returned': [['return round(share, 3)', 'return round(best, 3)']],
    'dependent statements exchanged': [['            run = run + 1\n            best = max(best, run * 2)\n', '            best = max(best, run * 2)\n            run = run + 1\n']],
    'statement added': [['        else:\n            run = 0\n', '        else:\n            run = 0\n            best = best - 1\n']],
  },
};
