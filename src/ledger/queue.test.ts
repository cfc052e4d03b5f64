import fc from "fast-check";
import { charge } from "../domain/decide.fixture.ts";
import { isNonEmpty } from "../domain/non-empty.ts";
import { CommandQueue, type Pending } from "./queue.ts";

/** A command of an organization on these accounts, of so many operations. */
function pending(orgId: string, accounts: readonly string[], size = 1): Pending {
  const operations = Array.from({ length: size }, (_, index) => charge(`${index}`, "1"));
  if (!isNonEmpty(operations)) throw new Error("a command of nothing");
  const answers = { signal: undefined, resolve: () => undefined, reject: () => undefined };
  return { command: { orgId, operations, dryRun: false }, accounts, ...answers };
}

function queueOf(...waiting: Pending[]): CommandQueue {
  const queue = new CommandQueue();
  for (const each of waiting) queue.push(each);
  return queue;
}

const idle = () => true;
const unless =
  (...busy: string[]) =>
  (account: string) =>
    !busy.includes(account);
const operationsMax = 3;

it("gives what waits in the order in which it came, up to so many operations", () => {
  const waiting = ["a", "b", "c", "d"].map((account) => pending("org", [account]));
  const queue = queueOf(...waiting);
  expect(queue.take(idle, operationsMax)).toEqual(waiting.slice(0, 3));
  expect(queue.size).toBe(1);
  expect(queue.take(idle, operationsMax)).toEqual(waiting.slice(3));
  expect([queue.take(idle, operationsMax), queue.size]).toEqual([[], 0]);
});

it("gives many commands on one account together", () => {
  const waiting = [pending("org", ["a"]), pending("org", ["a"]), pending("org", ["a"])];
  expect(queueOf(...waiting).take(idle, operationsMax)).toEqual(waiting);
});

it("gives a command that is larger than a batch, alone", () => {
  const [large, small] = [pending("org", ["a"], operationsMax + 1), pending("org", ["b"])];
  const queue = queueOf(large, small);
  expect(queue.take(idle, operationsMax)).toEqual([large]);
  expect(queue.take(idle, operationsMax)).toEqual([small]);
});

it("lets a small command pass a large one for which the batch has no room, unless they share an account", () => {
  const [first, large] = [pending("org", ["a"]), pending("org", ["b", "c"], operationsMax)];
  const [sharing, other] = [pending("org", ["c"]), pending("org", ["d"])];
  const queue = queueOf(first, large, sharing, other);
  expect(queue.take(idle, operationsMax)).toEqual([first, other]);
  expect(queue.take(idle, operationsMax)).toEqual([large]);
  expect(queue.take(idle, operationsMax)).toEqual([sharing]);
});

it("leaves what touches a busy account, and all behind it that share one of its accounts", () => {
  const [blocked, behind, further, free] = [["a", "b"], ["b", "c"], ["c"], ["d"]].map((accounts) =>
    pending("org", accounts),
  );
  if (!blocked || !behind || !further || !free) throw new Error("none");
  const queue = queueOf(blocked, behind, further, free);
  expect(queue.take(unless("a"), 10)).toEqual([free]);
  expect(queue.take(idle, 10)).toEqual([blocked, behind, further]);
});

it("lets organizations take turns, and mixes none of them in a batch", () => {
  const [a1, a2, a3] = [1, 2, 3].map((n) => pending("A", [`a${n}`], operationsMax));
  const [b1, b2] = [1, 2].map((n) => pending("B", [`b${n}`], operationsMax));
  if (!a1 || !a2 || !a3 || !b1 || !b2) throw new Error("none");
  const queue = queueOf(a1, a2, a3, b1, b2);
  const turns = Array.from({ length: 5 }, () => queue.take(idle, operationsMax));
  expect(turns).toEqual([[a1], [b1], [a2], [b2], [a3]]);
});

it("passes over an organization whose accounts are all busy", () => {
  const [blocked, free] = [pending("A", ["a"]), pending("B", ["b"])];
  const queue = queueOf(blocked, free);
  expect(queue.take(unless("a"), operationsMax)).toEqual([free]);
  expect([queue.take(unless("a"), operationsMax), queue.size]).toEqual([[], 1]);
});

it("never lets a command overtake another on an account, and loses none, whatever is busy", () => {
  const account = fc.constantFrom("a", "b", "c", "d");
  const waiting = fc.record({
    orgId: fc.constantFrom("A", "B"),
    accounts: fc.uniqueArray(account, { minLength: 1, maxLength: 3 }),
    size: fc.integer({ min: 1, max: 4 }),
  });
  const takes = fc.array(fc.uniqueArray(account, { maxLength: 2 }), { maxLength: 10 });
  fc.assert(
    fc.property(fc.array(waiting, { maxLength: 20, size: "max" }), takes, (wanted, busy) => {
      const all = wanted.map(({ orgId, accounts, size }) =>
        pending(
          orgId,
          accounts.map((name) => `${orgId}/${name}`),
          size,
        ),
      );
      const queue = queueOf(...all);
      const taken: Pending[] = [];
      const take = (names: readonly string[]) => {
        const isBusy = new Set(names.flatMap((name) => [`A/${name}`, `B/${name}`]));
        const batch = queue.take((account) => !isBusy.has(account), operationsMax);
        const size = batch.reduce((sum, { command }) => sum + command.operations.length, 0);
        expect(batch.length <= 1 || size <= operationsMax).toBe(true);
        expect(batch.flatMap(({ accounts }) => accounts).filter((name) => isBusy.has(name))).toEqual([]);
        taken.push(...batch);
        expect(queue.size).toBe(all.length - taken.length);
        return batch.length;
      };
      for (const names of busy) take(names);
      while (take([]) > 0);
      expect(taken).toHaveLength(all.length);
      for (const name of new Set(all.flatMap(({ accounts }) => accounts))) {
        const touching = (list: readonly Pending[]) => list.filter(({ accounts }) => accounts.includes(name));
        expect(touching(taken)).toEqual(touching(all));
      }
    }),
  );
});
