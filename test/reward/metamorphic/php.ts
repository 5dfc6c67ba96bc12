/** A PHP function and its variants. */
import type { Family } from './relations';

export const php: Family = {
  language: 'php',
  original: `function shippingCost(array $items, $limit) {
    $weight = 0;
    $parcels = 1;
    for ($i = 0; $i < count($items); $i++) {
        $mass = abs($items[$i]);
        if ($mass > $limit) {
            $parcels = $parcels + 1;
            $weight = $weight + $mass * $parcels;
        } else {
            $weight = $weight + 0.5;
        }
    }
    return ceil($weight / 100);
}`,
  variants: {
    'variables renamed': [{ rename: { '$items': '$goods', '$limit': '$most', '$weight': '$load', '$parcels': '$boxes', '$i': '$k', '$mass': '$kg' } }],
    'function renamed': [['shippingCost', 'freight']],
    'comments and layout': [['function shippingCost(array $items, $limit) {\n', '# By weight.\nfunction shippingCost( array $items, $limit )\n{\n'], ['        } else {\n', '        }\n        // light\n        else {\n']],
    'independent statements exchanged': [['    $weight = 0;\n    $parcels = 1;\n', '    $parcels = 1;\n    $weight = 0;\n']],
    'redundant parentheses': [['$weight + $mass * $parcels', '($weight + ($mass * $parcels))'], ['$weight / 100', '($weight) / (100)']],
    'x = x + 1 as x += 1': [['$parcels = $parcels + 1', '$parcels += 1']],
    'condition negated and branches exchanged': [['$mass > $limit', '$mass <= $limit']],
    'value returned through a variable': [['    return ceil($weight / 100);', '    $result = ceil($weight / 100);\n    return $result;']],
    'operator changed': [['$mass * $parcels', '$mass % $parcels']],
    'constant of another type': [['$weight = 0;', "$weight = '0';"]],
    'constant of another value': [['$weight / 100', '$weight / 10']],
    'branches exchanged': [['$parcels = $parcels + 1;\n            $weight = $weight + $mass * $parcels;', '@'], ['$weight = $weight + 0.5;', '$parcels = $parcels + 1;\n            $weight = $weight + $mass * $parcels;'], ['@', '$weight = $weight + 0.5;']],
    'loop bound changed': [['$i < count($items)', '$i < count($items) - 1']],
    'another function called': [['ceil', 'floor']],
    'statement deleted': [['            $parcels = $parcels + 1;\n', '']],
    'wrong variable used': [['$weight = $weight + 0.5', '$weight = $limit + 0.5']],
    'another value returned': [['ceil($weight / 100)', 'ceil($parcels / 100)']],
    'dependent statements exchanged': [['            $parcels = $parcels + 1;\n            $weight = $weight + $mass * $parcels;\n', '            $weight = $weight + $mass * $parcels;\n            $parcels = $parcels + 1;\n']],
    'statement added': [['$weight = $weight + 0.5;', '$weight = $weight + 0.5;\n            $parcels = $parcels * 2;']],
  },
};
