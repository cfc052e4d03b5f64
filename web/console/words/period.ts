/** Periods that are looked at, by the name that a place has for them. */
export const periods = {
  hour: ["Last hour", 3_600_000],
  day: ["Last 24 hours", 86_400_000],
  week: ["Last 7 days", 604_800_000],
  month: ["Last 30 days", 2_592_000_000],
  year: ["Last 365 days", 31_536_000_000],
} as const;

export type PeriodName = keyof typeof periods;

export function isPeriod(name: string): name is PeriodName {
  return Object.hasOwn(periods, name);
}

/** When a period began, whose end is now. */
export function beginOf(name: PeriodName, now: Date): Date {
  return new Date(now.getTime() - periods[name][1]);
}
