/** A C function and its variants. */
import type { Family } from './relations';

export const c: Family = {
  language: 'c',
  original: `int count_fields(const char *line, char separator) {
    int fields = 1;
    int depth = 0;
    int length = strlen(line);
    for (int i = 0; i < length; i++) {
        char letter = tolower(line[i]);
        if (letter == separator) {
            depth = depth + 1;
            fields = fields + depth * 2;
        } else {
            fields = fields - 1;
        }
    }
    return abs(fields);
}`,
  variants: {
    'variables renamed': [{ rename: { line: 'text', separator: 'mark', fields: 'n', depth: 'level', length: 'end', i: 'at', letter: 'ch' } }],
    'function renamed': [['count_fields', 'split_size']],
    'comments and layout': [['int count_fields(const char *line, char separator) {\n', '/* Fields of a line. */\nint count_fields(const char* line,\n                 char separator)\n{\n'], ['depth * 2', 'depth*2'], ['        } else {\n', '        } // no mark\n        else {\n']],
    'independent statements exchanged': [['    int fields = 1;\n    int depth = 0;\n', '    int depth = 0;\n    int fields = 1;\n']],
    'redundant parentheses': [['fields + depth * 2', '(fields + (depth * 2))'], ['abs(fields)', 'abs((fields))']],
    'x = x + 1 as x += 1': [['depth = depth + 1', 'depth += 1']],
    'condition negated and branches exchanged': [['letter == separator', 'letter != separator']],
    'value returned through a variable': [['    return abs(fields);', '    int result = abs(fields);\n    return result;']],
    'operator changed': [['fields + depth * 2', 'fields + depth / 2']],
    'constant of another type': [['depth = 0', 'depth = "0"']],
    'constant of another value': [['depth * 2', 'depth * 8']],
    'branches exchanged': [['depth = depth + 1;\n            fields = fields + depth * 2;', '@'], ['fields = fields - 1;', 'depth = depth + 1;\n            fields = fields + depth * 2;'], ['@', 'fields = fields - 1;']],
    'loop bound changed': [['i < length', 'i < length - 1']],
    'another function called': [['tolower', 'toupper']],
    'statement deleted': [['            depth = depth + 1;\n', '']],
    'wrong variable used': [['fields = fields - 1', 'fields = length - 1']],
    'another value returned': [['return abs(fields)', 'return abs(depth)']],
    'dependent statements exchanged': [['            depth = depth + 1;\n            fields = fields + depth * 2;\n', '            fields = fields + depth * 2;\n            depth = depth + 1;\n']],
    'statement added': [['fields = fields - 1;', 'fields = fields - 1;\n            depth = depth / 2;']],
  },
};
