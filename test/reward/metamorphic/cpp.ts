/** A C++ function and its variants. */
import type { Family } from './relations';

export const cpp: Family = {
  language: 'cpp',
  original: `double smooth(const std::vector<double>& samples, double alpha) {
    double level = 0.0;
    double noise = 1.0;
    for (size_t i = 0; i < samples.size(); i++) {
        double error = std::abs(samples[i] - level);
        if (error < alpha) {
            level = level + error * alpha;
            noise = noise * level;
        } else {
            noise = noise - 0.5;
        }
    }
    return std::sqrt(noise);
}`,
  variants: {
    'variables renamed': [{ rename: { samples: 'xs', alpha: 'rate', level: 'mean', noise: 'spread', i: 'k', error: 'gap' } }],
    'function renamed': [['smooth', 'track']],
    'comments and layout': [['double smooth(const std::vector<double>& samples, double alpha) {\n', '// Exponential smoothing.\ndouble smooth(const std::vector<double> &samples,\n              double alpha)\n{\n'], ['        } else {\n', '        }\n        else\n        {\n']],
    'independent statements exchanged': [['    double level = 0.0;\n    double noise = 1.0;\n', '    double noise = 1.0;\n    double level = 0.0;\n']],
    'redundant parentheses': [['level + error * alpha', '(level + (error * alpha))'], ['std::sqrt(noise)', 'std::sqrt((noise))']],
    'x = x + 1 as x += 1': [['noise = noise - 0.5', 'noise -= 0.5']],
    'condition negated and branches exchanged': [['error < alpha', 'error >= alpha']],
    'value returned through a variable': [['    return std::sqrt(noise);', '    double result = std::sqrt(noise);\n    return result;']],
    'operator changed': [['noise = noise * level', 'noise = noise / level']],
    'constant of another type': [['level = 0.0', 'level = "0"']],
    'constant of another value': [['noise - 0.5', 'noise - 0.7']],
    'branches exchanged': [['level = level + error * alpha;\n            noise = noise * level;', '@'], ['noise = noise - 0.5;', 'level = level + error * alpha;\n            noise = noise * level;'], ['@', 'noise = noise - 0.5;']],
    'loop bound changed': [['i < samples.size()', 'i < samples.size() - 1']],
    'another function called': [['std::sqrt', 'std::log']],
    'statement deleted': [['            level = level + error * alpha;\n', '']],
    'wrong variable used': [['noise = noise - 0.5', 'noise = alpha - 0.5']],
    'another value returned': [['return std::sqrt(noise)', 'return std::sqrt(level)']],
    'dependent statements exchanged': [['            level = level + error * alpha;\n            noise = noise * level;\n', '            noise = noise * level;\n            level = level + error * alpha;\n']],
    'statement added': [['noise = noise - 0.5;', 'noise = noise - 0.5;\n            level = level / 2.0;']],
  },
};
