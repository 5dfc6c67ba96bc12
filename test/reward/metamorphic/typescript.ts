/** A TypeScript function and its variants. */
import type { Family } from './relations';

export const typescript: Family = {
  language: 'typescript',
  original: `function bill(orders: Order[], rate: number): number {
  let sum: number = 0;
  let count = 0;
  for (const order of orders.slice(0, 10)) {
    const price = order.price * order.amount;
    if (price >= rate) {
      sum = sum + price;
    } else {
      count = count + 1;
      sum = sum - count / 2;
    }
  }
  return Math.round(sum / 100);
}`,
  variants: {
    'variables renamed': [{ rename: { orders: 'lines', rate: 'floor', sum: 'total', count: 'cheap', 'order': 'line', 'price': 'cost' } }, ['line.cost', 'line.price']],
    'function renamed': [['bill', 'invoiceTotal']],
    'comments and layout': [['function bill(orders: Order[], rate: number): number {\n', '/** Cheap orders cost us. */\nfunction bill(\n  orders: Order[],\n  rate: number,\n): number {\n'], ['  return', '\n\n  // in cents\n  return']],
    'independent statements exchanged': [['  let sum: number = 0;\n  let count = 0;\n', '  let count = 0;\n  let sum: number = 0;\n']],
    'redundant parentheses': [['order.price * order.amount', '(order.price * order.amount)'], ['sum / 100', '(sum) / (100)']],
    'x = x + 1 as x += 1': [['count = count + 1', 'count += 1']],
    'condition negated and branches exchanged': [['price >= rate', 'price < rate']],
    'value returned through a variable': [['  return Math.round(sum / 100);', '  const result = Math.round(sum / 100);\n  return result;']],
    'operator changed': [['order.price * order.amount', 'order.price + order.amount']],
    'constant of another type': [['count = 0', 'count = "0"']],
    'constant of another value': [['sum / 100', 'sum / 10']],
    'branches exchanged': [['sum = sum + price;', '@'], ['count = count + 1;\n      sum = sum - count / 2;', 'sum = sum + price;'], ['@', 'count = count + 1;\n      sum = sum - count / 2;']],
    'loop bound changed': [['orders.slice(0, 10)', 'orders.slice(0, rate)']],
    'another function called': [['Math.round', 'Math.sqrt']],
    'statement deleted': [['      count = count + 1;\n', '']],
    'wrong variable used': [['sum = sum + price', 'sum = sum + rate']],
    'another value returned': [['Math.round(sum / 100)', 'Math.round(count / 100)']],
    'dependent statements exchanged': [['      count = count + 1;\n      sum = sum - count / 2;\n', '      sum = sum - count / 2;\n      count = count + 1;\n']],
    'statement added': [['sum = sum + price;', 'sum = sum + price;\n      count = count * 2;']],
  },
};
