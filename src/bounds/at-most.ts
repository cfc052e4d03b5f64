/**
 * Waits for work for so many milliseconds; then answers, or throws, what `late` does. The work goes on, and its result is
 * dropped.
 */
export async function atMost<T, L>(work: PromiseLike<T>, msMax: number, late: () => L): Promise<T | L> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, msMax);
  }).then(late);
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}
