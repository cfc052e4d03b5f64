/** A setting that is a whole number. */
export function whole(from: number, to: number, standing: number | string, meaning: string) {
  return {
    default: String(standing),
    meaning,
    allowed: `a whole number from ${from} to ${to}`,
    parse: (text: string) =>
      /^\d{1,9}$/.test(text) && Number(text) >= from && Number(text) <= to ? Number(text) : undefined,
  };
}
