/** A Lua function and its variants. */
import type { Family } from './relations';

export const lua: Family = {
  language: 'lua',
  original: `local function damage(hits, armor)
  local total = 0
  local combo = 1
  for i = 1, #hits do
    local hit = math.abs(hits[i])
    if hit > armor then
      combo = combo + 1
      total = total + hit * combo
    else
      total = total - 1
    end
  end
  return math.floor(total / 2)
end`,
  variants: {
    'variables renamed': [{ rename: { hits: 'blows', armor: 'shield', total: 'sum', combo: 'chain', i: 'k', hit: 'blow' } }],
    'function renamed': [['damage', 'harm']],
    'comments and layout': [['local function damage(hits, armor)\n', '-- Hits in a row count more.\nlocal function damage( hits, armor )\n\n'], ['    else\n', '    else -- blocked\n']],
    'independent statements exchanged': [['  local total = 0\n  local combo = 1\n', '  local combo = 1\n  local total = 0\n']],
    'redundant parentheses': [['total + hit * combo', '(total + (hit * combo))'], ['if hit > armor then', 'if (hit > armor) then']],
    'condition negated and branches exchanged': [['hit > armor', 'hit <= armor']],
    'value returned through a variable': [['  return math.floor(total / 2)', '  local result = math.floor(total / 2)\n  return result']],
    'operator changed': [['hit > armor', 'hit < armor']],
    'constant of another type': [['local total = 0', 'local total = "0"']],
    'constant of another value': [['total / 2', 'total / 5']],
    'branches exchanged': [['combo = combo + 1\n      total = total + hit * combo', '@'], ['total = total - 1', 'combo = combo + 1\n      total = total + hit * combo'], ['@', 'total = total - 1']],
    'loop bound changed': [['i = 1, #hits do', 'i = 1, #hits - 1 do']],
    'another function called': [['math.floor', 'math.sqrt']],
    'statement deleted': [['      combo = combo + 1\n', '']],
    'wrong variable used': [['total = total - 1', 'total = armor - 1']],
    'another value returned': [['math.floor(total / 2)', 'math.floor(armor / 2)']],
    'dependent statements exchanged': [['      combo = combo + 1\n      total = total + hit * combo\n', '      total = total + hit * combo\n      combo = combo + 1\n']],
    'statement added': [['      total = total - 1\n', '      total = total - 1\n      combo = combo / 2\n']],
  },
};
