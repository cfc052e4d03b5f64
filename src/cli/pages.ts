/** The rows of all pages. */
export async function everyPage<T>(
  page: (token: string) => Promise<{ readonly rows: readonly T[]; readonly next: string }>,
): Promise<T[]> {
  const all: T[] = [];
  for (let token = ""; ; ) {
    const { rows, next } = await page(token);
    all.push(...rows);
    if (next === "") return all;
    token = next;
  }
}
