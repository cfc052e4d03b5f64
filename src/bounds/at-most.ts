/**
 * What work comes to, or what `late` answers or throws once the work has taken so many milliseconds. The work goes on then, and
 * nobody hears what becomes of it.
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
