/** A Ruby method and its variants. */
import type { Family } from './relations';

export const ruby: Family = {
  language: 'ruby',
  original: `def balance_after(entries, fee)
  balance = 0
  warnings = 0
  index = 0
  while index < entries.length
    amount = entries[index].to_i
    if amount < 0
      warnings = warnings + 1
      balance = balance - fee * warnings
    else
      balance = balance + amount
    end
    index = index + 1
  end
  return balance.round
end
`,
  variants: {
    'variables renamed': [{ rename: { entries: 'rows', fee: 'price', balance: 'rest', warnings: 'bad', index: 'at', amount: 'sum' } }],
    'function renamed': [['balance_after', 'settle']],
    'comments and layout': [['def balance_after(entries, fee)\n', '# Fees grow.\ndef balance_after entries, fee\n'], ['    else\n', '\n    else # income\n']],
    'independent statements exchanged': [['  balance = 0\n  warnings = 0\n', '  warnings = 0\n  balance = 0\n']],
    'redundant parentheses': [['balance - fee * warnings', '(balance - (fee * warnings))'], ['if amount < 0', 'if (amount < 0)']],
    'x = x + 1 as x += 1': [['index = index + 1', 'index += 1']],
    'condition negated and branches exchanged': [['if amount < 0', 'if amount >= 0']],
    'value returned through a variable': [['  return balance.round\n', '  result = balance.round\n  return result\n']],
    'operator changed': [['balance - fee * warnings', 'balance + fee * warnings']],
    'constant of another type': [['  balance = 0\n', '  balance = "0"\n']],
    'constant of another value': [['index + 1', 'index + 2']],
    'branches exchanged': [['warnings = warnings + 1\n      balance = balance - fee * warnings', '@'], ['balance = balance + amount', 'warnings = warnings + 1\n      balance = balance - fee * warnings'], ['@', 'balance = balance + amount']],
    'loop bound changed': [['index < entries.length', 'index < entries.length - 1']],
    'another function called': [['balance.round', 'balance.abs']],
    'statement deleted': [['      warnings = warnings + 1\n', '']],
    'wrong variable used': [['balance = balance + amount', 'balance = balance + index']],
    'another value returned': [['return balance.round', 'return warnings.round']],
    'dependent statements exchanged': [['      warnings = warnings + 1\n      balance = balance - fee * warnings\n', '      balance = balance - fee * warnings\n      warnings = warnings + 1\n']],
    'statement added': [['      balance = balance + amount\n', '      balance = balance + amount\n      warnings = warnings - 1\n']],
  },
};
