/** A test that shares nothing with others, and has no use for what is done before and after each test of its file. */
type Work = () => Promise<void>;

/**
 * Declares tests that wait for nearly all of their time, of which so many run at once: the first that Jest asks for begins
 * all of them, in their order, and each tells what came of its own work.
 */
export function testsSideBySide(max: number): (name: string, work: Work) => void {
  const all: Work[] = [];
  let begun: readonly Promise<void>[] = [];
  const outcome = async (place: number) => {
    if (begun.length === 0) begun = beginAll(all, max);
    await begun[place];
  };
  // Where few of them were asked for, the others run all the same.
  afterAll(() => Promise.allSettled(begun));
  return (name, work) => {
    const place = all.push(work) - 1;
    it(name, () => outcome(place));
  };
}

function beginAll(all: readonly Work[], max: number): Promise<void>[] {
  const begun: Promise<void>[] = [];
  for (const work of all) {
    // In place of the one that is so far before it.
    const before = begun.slice(0, Math.max(0, begun.length - max + 1));
    const promise = Promise.allSettled(before).then(work);
    promise.catch(() => undefined);
    begun.push(promise);
  }
  return begun;
}
