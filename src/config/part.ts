/** What a setting takes that is a part of something. */
export const part = { allowed: "a number from 0 (none) to 1 (all)", parse: parsePart } as const;

function parsePart(text: string): number | undefined {
  return /^(0|1|[01]?\.\d{1,9})$/.test(text) && Number(text) <= 1 ? Number(text) : undefined;
}
