export function earliest(known: Date | null, other: Date): Date {
  return known !== null && known < other ? known : other;
}
