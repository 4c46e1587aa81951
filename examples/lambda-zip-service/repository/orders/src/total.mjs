/** Sum of prices in cents. */
export const total = (items) => items.reduce((sum, { cents, count = 1 }) => sum + cents * count, 0);
