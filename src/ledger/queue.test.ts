import fc from "fast-check";
import { customerAccount } from "../domain/account.ts";
import { asker, charge } from "../domain/decide.fixture.ts";
import { isNonEmpty } from "../domain/non-empty.ts";
import { bytesOf, type Pending, sizeOf } from "./pending.ts";
import { CommandQueue, type QueueTaking } from "./queue.ts";

interface Options {
  readonly size?: number;
  readonly dryRun?: boolean;
  readonly bytes?: number;
}

/** A command of an organization on these customers' accounts, of so many operations. */
function pending(orgId: string, customers: readonly string[], options: Options = {}): Pending {
  const { size = 1, dryRun = false, bytes = 100 } = options;
  const operations = Array.from({ length: size }, (_, index) => charge(`${index}`, "1"));
  if (!isNonEmpty(operations)) throw new Error("a command of nothing");
  const answers = { departure: undefined, resolve: () => undefined, reject: () => undefined };
  const accounts = customers.map((name) => customerAccount(name, "VC"));
  return { orgId, command: { orgId, operations, dryRun, by: asker }, accounts, bytes, ...answers };
}

const wide = { commandsMax: 10_000, bytesMax: 1_000_000 };

function queueOf(...waiting: Pending[]): CommandQueue {
  const queue = new CommandQueue(wide);
  for (const each of waiting) queue.push(each);
  return queue;
}

const operationsMax = 3;
const taking: QueueTaking = {
  isDue: () => true,
  isFree: () => true,
  operationsMax,
  contended: false,
  now: 0,
};
const next = (queue: CommandQueue, fields: Partial<QueueTaking> = {}) => queue.take({ ...taking, ...fields });

const unless =
  (...busy: string[]) =>
  ({ accounts }: Pending) =>
    !accounts.some(({ owner }) => "customerId" in owner && busy.includes(owner.customerId));

it("gives what waits in the order in which it came, up to so many operations", () => {
  const waiting = ["a", "b", "c", "d"].map((account) => pending("org", [account]));
  const queue = queueOf(...waiting);
  expect(next(queue)).toEqual(waiting.slice(0, 3));
  expect(next(queue)).toEqual(waiting.slice(3));
  expect(next(queue)).toEqual([]);
});

it("gives many commands on one account together", () => {
  const waiting = [pending("org", ["a"]), pending("org", ["a"]), pending("org", ["a"])];
  expect(next(queueOf(...waiting))).toEqual(waiting);
});

it("gives nothing of an organization whose batch is not due, and tells how much of it waits", () => {
  const waiting = [pending("A", ["a"], { size: 2 }), pending("A", ["b"])];
  const other = pending("B", ["a"]);
  const queue = queueOf(...waiting, other);
  const asked: [string, number][] = [];
  const isDue = (orgId: string, operations: number) => {
    asked.push([orgId, operations]);
    return orgId === "B";
  };
  expect([next(queue, { isDue }), next(queue, { isDue })]).toEqual([[other], []]);
  expect(asked).toEqual([
    ["A", 3],
    ["B", 1],
    ["A", 3],
  ]);
  queue.putBack([other]);
  expect([next(queue), next(queue)]).toEqual([waiting, [other]]);
});

it("gives a command that is larger than a batch, alone", () => {
  const [large, small] = [pending("org", ["a"], { size: operationsMax + 1 }), pending("org", ["b"])];
  const queue = queueOf(large, small);
  expect(next(queue)).toEqual([large]);
  expect(next(queue)).toEqual([small]);
});

it("lets a small command pass a large one for which the batch has no room, unless they share an account", () => {
  const [first, large] = [pending("org", ["a"]), pending("org", ["b", "c"], { size: operationsMax })];
  const [sharing, other] = [pending("org", ["c"]), pending("org", ["d"])];
  const queue = queueOf(first, large, sharing, other);
  expect(next(queue)).toEqual([first, other]);
  expect(next(queue)).toEqual([large]);
  expect(next(queue)).toEqual([sharing]);
});

it("leaves what touches a busy account, and all behind it that share one of its accounts", () => {
  const [blocked, behind, further, free] = [["a", "b"], ["b", "c"], ["c"], ["d"]].map((accounts) =>
    pending("org", accounts),
  );
  if (!blocked || !behind || !further || !free) throw new Error("none");
  const queue = queueOf(blocked, behind, further, free);
  expect(next(queue, { isFree: unless("a"), operationsMax: 10 })).toEqual([free]);
  expect(next(queue, { operationsMax: 10 })).toEqual([blocked, behind, further]);
});

it("lets organizations take turns, and mixes none of them in a batch", () => {
  const [a1, a2, a3] = [1, 2, 3].map((n) => pending("A", [`a${n}`], { size: operationsMax }));
  const [b1, b2] = [1, 2].map((n) => pending("B", [`b${n}`], { size: operationsMax }));
  if (!a1 || !a2 || !a3 || !b1 || !b2) throw new Error("none");
  const queue = queueOf(a1, a2, a3, b1, b2);
  expect(Array.from({ length: 5 }, () => next(queue))).toEqual([[a1], [b1], [a2], [b2], [a3]]);
});

it("passes over an organization whose accounts are all busy", () => {
  const [blocked, free] = [pending("A", ["a"]), pending("B", ["b"])];
  const queue = queueOf(blocked, free);
  expect(next(queue, { isFree: unless("a") })).toEqual([free]);
  expect(next(queue, { isFree: unless("a") })).toEqual([]);
});

it("mixes no dry runs with what is done", () => {
  const [done, dry, doneToo] = [
    pending("A", ["a"]),
    pending("A", ["b"], { dryRun: true }),
    pending("A", ["c"]),
  ];
  const queue = queueOf(done, dry, doneToo);
  expect([next(queue), next(queue)]).toEqual([[done, doneToo], [dry]]);
});

describe("what is tried again because somebody else has its account", () => {
  const again = (customers: readonly string[], at: number): Pending => {
    return {
      ...pending("A", customers),
      retry: { at, pauseMs: 1, giveUpAt: 100, reason: "ACCOUNT_BUSY", lostAt: undefined },
    };
  };

  it("is taken apart from the others, and not before its time", () => {
    const [later, other] = [again(["a"], 5), pending("A", ["b"])];
    const queue = queueOf(other);
    queue.putBack([later]);
    expect(next(queue, { contended: true, now: 4 })).toEqual([]);
    expect(next(queue, { now: 9 })).toEqual([other]);
    expect(next(queue, { contended: true, now: 5 })).toEqual([later]);
  });

  it("is put back before what came later for its account, and in its order", () => {
    const [first, second] = [again(["a"], 5), again(["a"], 5)];
    const [behind, free] = [pending("A", ["a"]), pending("A", ["b"])];
    const queue = queueOf(behind, free);
    queue.putBack([first, second]);
    expect(next(queue)).toEqual([free]);
    expect(next(queue, { contended: true, now: 5 })).toEqual([first, second]);
    expect(next(queue)).toEqual([behind]);
  });
});

describe("a take looks at few", () => {
  /** Takes, and tells how many were looked at. */
  function looked(queue: CommandQueue, isFree: QueueTaking["isFree"], fields: Partial<QueueTaking> = {}) {
    let looks = 0;
    const counted = (each: Pending) => {
      looks += 1;
      return isFree(each);
    };
    return { batch: next(queue, { isFree: counted, ...fields }), looks };
  }
  const everybody = () => true;

  it("where the batch is full", () => {
    const waiting = Array.from({ length: 2_000 }, (_, n) => pending("A", [`${n}`]));
    expect(looked(queueOf(...waiting), everybody)).toEqual({ batch: waiting.slice(0, 3), looks: 3 });
  });

  it("where thousands wait behind one account that is busy", () => {
    const behind = Array.from({ length: 5_000 }, () => pending("A", ["busy"]));
    const free = pending("A", ["free"]);
    const queue = queueOf(...behind, free);
    expect(looked(queue, unless("busy"))).toEqual({ batch: [free], looks: 2 });
    expect(looked(queue, unless("busy"))).toEqual({ batch: [], looks: 1 });
    expect(looked(queue, everybody)).toEqual({ batch: behind.slice(0, 3), looks: 3 });
  });

  it("where thousands wait whose accounts are all busy", () => {
    const busy = Array.from({ length: 5_000 }, (_, n) => pending("A", [`${n}`]));
    expect(looked(queueOf(...busy), () => false)).toEqual({ batch: [], looks: 512 });
  });

  it("of those that are tried again where there are none", () => {
    const waiting = Array.from({ length: 2_000 }, (_, n) => pending("A", [`${n}`]));
    expect(looked(queueOf(...waiting), everybody, { contended: true })).toEqual({ batch: [], looks: 0 });
  });
});

describe("what may wait", () => {
  const bounds = { commandsMax: 6, bytesMax: 1_000 };
  const small = (orgId: string) => pending(orgId, ["a"], { bytes: 10 });

  it("is so many commands in all, of which one organization may have as many as are left", () => {
    const queue = new CommandQueue(bounds);
    for (let n = 0; n < 3; n += 1) queue.push(small("A"));
    expect([queue.hasRoom(small("A")), queue.hasRoom(small("B"))]).toEqual([false, true]);
    for (let n = 0; n < 3; n += 1) queue.push(small(`B${n}`));
    expect([queue.hasRoom(small("C")), queue.hasRoom(small("A"))]).toEqual([false, false]);
    const batch = next(queue);
    expect(queue.hasRoom(small("C"))).toBe(false);
    queue.leave(batch);
    expect([queue.hasRoom(small("C")), queue.hasRoom(small("A"))]).toEqual([true, true]);
  });

  it("is so many bytes in all, of which one organization may have as many as are left", () => {
    const queue = new CommandQueue(bounds);
    const large = (orgId: string, bytes: number) => pending(orgId, ["a"], { bytes });
    queue.push(large("A", 400));
    expect([100, 101].map((bytes) => queue.hasRoom(large("A", bytes)))).toEqual([true, false]);
    queue.push(large("B", 500));
    expect([100, 101].map((bytes) => queue.hasRoom(large("C", bytes)))).toEqual([true, false]);
    queue.leave(next(queue));
    expect(queue.hasRoom(large("C", 500))).toBe(true);
  });

  it("counts what was put back, too", () => {
    const queue = new CommandQueue(bounds);
    for (let n = 0; n < 3; n += 1) queue.push(small("A"));
    queue.putBack(next(queue));
    expect(queue.hasRoom(small("A"))).toBe(false);
  });

  it("counts the words of a command, wherever they are", () => {
    const sizes = [
      charge("x", "1"),
      charge("x", "1", { description: "d".repeat(1_000) }),
      charge("x", "1", { source: "s".repeat(1_000) }),
      charge("x", "1", { userId: "u".repeat(1_000) }),
      charge("x", "1", { metadata: { m: "m".repeat(1_000) } }),
    ].map((operation) => bytesOf({ orgId: "A", operations: [operation], dryRun: false, by: asker }));
    const [plain = 0, ...others] = sizes;
    // Two bytes a character, as a text has that is not all of Latin-1.
    for (const bytes of others) expect(bytes - plain).toBeGreaterThanOrEqual(2_000);
  });
});

it("never lets a command overtake another on an account, and loses none, whatever is busy", () => {
  const account = fc.constantFrom("a", "b", "c", "d");
  const waiting = fc.record({
    orgId: fc.constantFrom("A", "B"),
    accounts: fc.uniqueArray(account, { minLength: 1, maxLength: 3 }),
    size: fc.integer({ min: 1, max: 4 }),
    dryRun: fc.boolean(),
  });
  const takes = fc.array(
    fc.record({ busy: fc.uniqueArray(account, { maxLength: 2 }), isTaken: fc.boolean() }),
    {
      maxLength: 10,
    },
  );
  fc.assert(
    fc.property(fc.array(waiting, { maxLength: 20, size: "max" }), takes, (wanted, turns) => {
      const all = wanted.map(({ orgId, accounts, size, dryRun }) =>
        pending(orgId, accounts, { size, dryRun }),
      );
      const queue = queueOf(...all);
      const taken: Pending[] = [];
      const take = (busy: readonly string[], putBack: boolean) => {
        const batch = next(queue, { isFree: unless(...busy) });
        const size = batch.reduce((sum, each) => sum + sizeOf(each), 0);
        expect(batch.length <= 1 || size <= operationsMax).toBe(true);
        expect(new Set(batch.map(({ orgId, command }) => `${orgId} ${command?.dryRun}`)).size).toBeLessThan(
          2,
        );
        expect(batch.every(unless(...busy))).toBe(true);
        if (putBack) queue.putBack(batch);
        else taken.push(...batch);
        return batch.length;
      };
      for (const { busy, isTaken } of turns) take(busy, isTaken);
      while (take([], false) > 0);
      expect(taken).toHaveLength(all.length);
      for (const orgId of ["A", "B"]) {
        for (const name of ["a", "b", "c", "d"]) {
          const touching = (list: readonly Pending[]) =>
            list.filter((each) => each.orgId === orgId && !unless(name)(each));
          expect(touching(taken)).toEqual(touching(all));
        }
      }
    }),
  );
});
