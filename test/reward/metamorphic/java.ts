/** A Java method and its variants. */
import type { Family } from './relations';

export const java: Family = {
  language: 'java',
  original: `public static int findPeak(int[] heights, int floor) {
    int best = -1;
    int steps = 0;
    for (int i = 1; i < heights.length; i++) {
        int rise = Math.abs(heights[i] - heights[i - 1]);
        if (rise > floor) {
            steps = steps + 1;
            best = Math.max(best, rise * steps);
        } else {
            best = best - 1;
        }
    }
    return best / 2;
}`,
  variants: {
    'variables renamed': [{ rename: { heights: 'a', floor: 'min', best: 'top', steps: 'count', i: 'at', rise: 'gap' } }],
    'function renamed': [['findPeak', 'steepest']],
    'comments and layout': [['public static int findPeak(int[] heights, int floor) {\n', '/** Steepest rise. */\npublic static int findPeak(int[] heights,\n                           int floor)\n{\n'], ['        } else {\n', '        }\n        else // flat\n        {\n']],
    'independent statements exchanged': [['    int best = -1;\n    int steps = 0;\n', '    int steps = 0;\n    int best = -1;\n']],
    'redundant parentheses': [['rise * steps', '(rise * (steps))'], ['return best / 2', 'return (best / 2)']],
    'x = x + 1 as x += 1': [['steps = steps + 1', 'steps += 1']],
    'condition negated and branches exchanged': [['rise > floor', 'rise <= floor']],
    'value returned through a variable': [['    return best / 2;', '    int result = best / 2;\n    return result;']],
    'operator changed': [['heights[i] - heights', 'heights[i] + heights']],
    'constant of another type': [['steps = 0', 'steps = "0"']],
    'constant of another value': [['best / 2', 'best / 9']],
    'branches exchanged': [['steps = steps + 1;\n            best = Math.max(best, rise * steps);', '@'], ['best = best - 1;', 'steps = steps + 1;\n            best = Math.max(best, rise * steps);'], ['@', 'best = best - 1;']],
    'loop bound changed': [['i < heights.length', 'i < heights.length - 1']],
    'another function called': [['Math.max', 'Math.min']],
    'statement deleted': [['            steps = steps + 1;\n', '']],
    'wrong variable used': [['best = best - 1', 'best = floor - 1']],
    'another value returned': [['return best / 2', 'return steps / 2']],
    'dependent statements exchanged': [['            steps = steps + 1;\n            best = Math.max(best, rise * steps);\n', '            best = Math.max(best, rise * steps);\n            steps = steps + 1;\n']],
    'statement added': [['best = best - 1;', 'best = best - 1;\n            steps = steps / 2;']],
  },
};
