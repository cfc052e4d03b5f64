import { Turns } from "./turns.ts";

it("runs so many at once, the others in their order, and goes on after one that fails", async () => {
  const turns = new Turns(2);
  const begun: number[] = [];
  const end: ((fails: boolean) => void)[] = [];
  const tasks = [0, 1, 2, 3, 4].map((index) =>
    turns.take(
      () =>
        new Promise<number>((resolve, reject) => {
          begun.push(index);
          end[index] = (fails) => (fails ? reject(new Error("failed")) : resolve(index));
        }),
    ),
  );
  const outcome = (index: number) => tasks[index]?.catch((error: Error) => error.message);
  expect(begun).toEqual([0, 1]);
  end[1]?.(true);
  expect(await outcome(1)).toBe("failed");
  await Promise.resolve();
  expect(begun).toEqual([0, 1, 2]);
  for (const index of [0, 2, 3, 4]) {
    end[index]?.(false);
    expect(await outcome(index)).toBe(index);
  }
  expect(begun).toEqual([0, 1, 2, 3, 4]);
  expect(await turns.take(async () => "again")).toBe("again");
});
