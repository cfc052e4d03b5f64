/** Credits in one unit of each product, by the product's name. */
export type CreditProducts = ReadonlyMap<string, bigint>;

/** Those that are there whatever is configured. The second is what Frontier's own user interface asks for. */
export const standingCreditProducts: CreditProducts = new Map([
  ["credits", 1n],
  ["token", 1n],
]);
