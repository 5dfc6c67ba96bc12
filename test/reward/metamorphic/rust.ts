/** A Rust function and its variants. */
import type { Family } from './relations';

export const rust: Family = {
  language: 'rust',
  original: `fn checksum(bytes: &[u8], seed: u32) -> u32 {
    let mut hash = seed;
    let mut zeros = 0;
    for i in 0..bytes.len() {
        let byte = bytes[i] as u32;
        if byte == 0 {
            zeros = zeros + 1;
            hash = hash ^ zeros;
        } else {
            hash = hash * 31 + byte;
        }
    }
    let result = hash % 65521;
    return result.max(zeros);
}`,
  variants: {
    'variables renamed': [{ rename: { bytes: 'data', seed: 'start', hash: 'state', zeros: 'empty', i: 'k', byte: 'x', result: 'out' } }],
    'function renamed': [['checksum', 'digest']],
    'comments and layout': [['fn checksum(bytes: &[u8], seed: u32) -> u32 {', '/// Zeros are counted.\nfn checksum(\n    bytes: &[u8],\n    seed: u32,\n) -> u32\n{'], ['        } else {\n', '        }\n        // the rest\n        else {\n']],
    'independent statements exchanged': [['    let mut hash = seed;\n    let mut zeros = 0;\n', '    let mut zeros = 0;\n    let mut hash = seed;\n']],
    'redundant parentheses': [['hash * 31 + byte', '((hash * 31) + byte)'], ['if byte == 0', 'if (byte == 0)']],
    'x = x + 1 as x += 1': [['zeros = zeros + 1', 'zeros += 1']],
    'condition negated and branches exchanged': [['byte == 0', 'byte != 0']],
    'value returned through a variable': [['    return result.max(zeros);', '    let out = result.max(zeros);\n    return out;']],
    'operator changed': [['hash * 31 + byte', 'hash * 31 - byte']],
    'constant of another type': [['zeros = 0', 'zeros = "0"']],
    'constant of another value': [['hash * 31', 'hash * 33']],
    'branches exchanged': [['zeros = zeros + 1;\n            hash = hash ^ zeros;', '@'], ['hash = hash * 31 + byte;', 'zeros = zeros + 1;\n            hash = hash ^ zeros;'], ['@', 'hash = hash * 31 + byte;']],
    'loop bound changed': [['0..bytes.len()', '0..bytes.len() - 1']],
    'another function called': [['result.max(zeros)', 'result.min(zeros)']],
    'statement deleted': [['            zeros = zeros + 1;\n', '']],
    'wrong variable used': [['hash * 31 + byte', 'hash * 31 + seed']],
    'another value returned': [['return result.max(zeros)', 'return seed.max(zeros)']],
    'dependent statements exchanged': [['            zeros = zeros + 1;\n            hash = hash ^ zeros;\n', '            hash = hash ^ zeros;\n            zeros = zeros + 1;\n']],
    'statement added': [['hash = hash * 31 + byte;', 'hash = hash * 31 + byte;\n            zeros = zeros / 2;']],
  },
};
