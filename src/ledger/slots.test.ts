import { Slots } from "./slots.ts";

/** Work that ends when it is told to. */
function pending() {
  let finish = () => {};
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return { done, finish };
}

/** Lets everything happen that can happen without outside help. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("Slots", () => {
  it("runs as many at once as there are slots, never two in one, and the others in order", async () => {
    const slots = new Slots(3, 100);
    const under = new Set<number>();
    const order: number[] = [];
    let most = 0;
    const work = (n: number) => async (slot: number) => {
      expect(under.has(slot)).toBe(false);
      under.add(slot);
      most = Math.max(most, under.size);
      order.push(n);
      await settle();
      under.delete(slot);
      return n;
    };
    const numbers = Array.from({ length: 40 }, (_, n) => n);
    expect(await Promise.all(numbers.map((n) => slots.run(work(n))))).toEqual(numbers);
    expect([most, order]).toEqual([3, numbers]);
  });

  it("uses its slots from the lowest number", async () => {
    const slots = new Slots(2, 0);
    const seen: number[] = [];
    for (const _ of [1, 2, 3]) await slots.run(async (slot) => void seen.push(slot));
    expect(seen).toEqual([0, 0, 0]);
  });

  it("refuses past the end of the line, and takes again when there is room", async () => {
    const slots = new Slots(1, 1);
    const first = pending();
    const running = slots.run(() => first.done);
    const waiting = slots.run(async () => "waited");
    await expect(slots.run(async () => "late")).rejects.toMatchObject({ refusal: { reason: "OVERLOADED" } });
    first.finish();
    expect(await waiting).toBe("waited");
    await running;
    expect(await slots.run(async () => "again")).toBe("again");
  });

  it("lets who gives up leave the line, and makes room", async () => {
    const slots = new Slots(1, 2);
    const first = pending();
    const running = slots.run(() => first.done);
    const abort = new AbortController();
    const work = jest.fn(async () => undefined);
    const left = expect(slots.run(work, abort.signal)).rejects.toThrow("given up");
    const stays = slots.run(async () => "stays");
    abort.abort(new Error("given up"));
    await left;
    const joins = slots.run(async () => "joins");
    first.finish();
    expect(await Promise.all([stays, joins])).toEqual(["stays", "joins"]);
    await running;
    expect(work).not.toHaveBeenCalled();
  });

  it("does not let anyone into the line who has given up before", async () => {
    const slots = new Slots(1, 1);
    const first = pending();
    const running = slots.run(() => first.done);
    await expect(slots.run(async () => 1, AbortSignal.abort(new Error("given up")))).rejects.toThrow(
      "given up",
    );
    first.finish();
    await running;
  });

  it("frees the slot of work that fails", async () => {
    const slots = new Slots(1, 0);
    await expect(slots.run(() => Promise.reject(new Error("no luck")))).rejects.toThrow("no luck");
    expect(await slots.run(async (slot) => slot)).toBe(0);
  });
});
