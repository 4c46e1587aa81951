/** What the lines of an order cost together. */
export function total(lines) {
  return lines.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
}
