/** How people read an amount: with its thousands apart, and at least so many places. Nothing of it is ever cut off. */
export function amountText(text: string, places: number): string {
  const [, sign = "", integer = "", fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (integer === "") return text;
  const grouped = integer.replace(/\B(?=(\d{3})+$)/g, ",");
  const shown = fraction.padEnd(places, "0");
  return `${sign}${grouped}${shown && `.${shown}`}`;
}

/** The same with its currency: `1,250.00 USD`. */
export function moneyText(text: string, currency: string, places: number): string {
  return `${amountText(text, places)} ${currency}`;
}

/** How many places a column needs so that the points of its amounts stand below each other. */
export function placesIn(texts: readonly string[], places: number): number {
  return texts.reduce((most, text) => Math.max(most, text.split(".")[1]?.length ?? 0), places);
}

/** The places of an ISO 4217 code, of which the browser knows the minor units; none of any other code. */
export function usualPlaces(code: string): number {
  if (!/^[A-Z]{3}$/.test(code)) return 0;
  const { maximumFractionDigits } = new Intl.NumberFormat("en", {
    style: "currency",
    currency: code,
  }).resolvedOptions();
  return maximumFractionDigits ?? 0;
}
