import { defaultQueueBounds } from "../bounds/queue-bounds.ts";
import { customerAccount } from "../domain/account.ts";
import { asker, charge } from "../domain/decide.fixture.ts";
import { LoadShedder } from "./load-shedder.ts";
import type { Pending } from "./pending.ts";
import { CommandQueue } from "./queue.ts";

let refused: string[];
let queue: CommandQueue;
let shedder: LoadShedder;
beforeEach(() => {
  refused = [];
  queue = new CommandQueue(defaultQueueBounds);
  shedder = new LoadShedder(queue, defaultQueueBounds.waitMsMax);
});

/** What waits for its account alone, of a caller who has so much time. */
function pending(name: string, timeoutMs?: number): Pending {
  const departure = { aborted: false, reason: undefined, timeoutMs: () => timeoutMs };
  const answers = { departure, resolve: () => undefined, reject: () => refused.push(name) };
  return { orgId: "org", command: null, accounts: [customerAccount(name, "VC")], bytes: 1, ...answers };
}

/** Takes so many of those who wait. */
const take = (operationsMax: number, now: number) =>
  queue.take({ isDue: () => true, isFree: () => true, contended: false, operationsMax, now });

function push(count: number): void {
  for (let n = 0; n < count; n += 1) queue.push(pending(`${n}`));
}

it("refuses a caller who has less time than those before it take, as fast as they are taken", () => {
  push(120);
  take(20, 0);
  expect(shedder.admits(pending("first", 1))).toBe(true);
  take(20, 100);
  // Five milliseconds each of 80.
  expect([401, undefined, 399].map((ms) => shedder.admits(pending(`${ms}`, ms)))).toEqual([
    true,
    true,
    false,
  ]);
  expect(refused).toEqual(["399"]);
  expect(shedder.shed).toEqual({ full: 0, too_late: 1, overdue: 0 });
});

it("admits whoever has nobody before it, however little time it has", () => {
  push(30);
  for (const now of [0, 100, 200]) take(10, now);
  expect(shedder.admits(pending("hurried", 1))).toBe(true);
});

describe("where the last batch had room for all", () => {
  const retry = { at: 0, pauseMs: 1, giveUpAt: 900, reason: "ACCOUNT_BUSY", lostAt: undefined } as const;
  const busy = customerAccount("busy", "VC");
  const isFree = ({ accounts: [account] }: Pending) => account?.key !== busy.key;
  const taking = { isDue: () => true, isFree, contended: false, operationsMax: 10, now: 200 };

  beforeEach(() => {
    push(29);
    queue.push(pending("busy"));
    for (const now of [0, 100]) take(10, now);
    expect(shedder.admits(pending("hurried", 99))).toBe(false);
    queue.take(taking);
    expect(queue.figures(200).commands).toBe(1);
  });

  it("thinks it no slower where only one waits on whose account is busy", () => {
    for (const now of [300, 400]) {
      queue.push(pending("free"));
      expect(queue.take({ ...taking, now })).toHaveLength(1);
    }
    expect([9, 10].map((ms) => shedder.admits(pending("hurried", ms)))).toEqual([false, true]);
  });

  it("knows nothing more of what was before, once nobody is left but who is tried again", () => {
    queue.putBack([{ ...pending("again"), retry }]);
    expect(take(10, 300)).toHaveLength(1);
    expect(queue.figures(300).commands).toBe(1);
    expect(shedder.admits(pending("hurried", 1))).toBe(true);
  });

  it("measures no batch of those that are tried again", () => {
    queue.putBack(["again", "once more"].map((name) => ({ ...pending(name), retry })));
    for (const now of [300, 400])
      expect(queue.take({ ...taking, contended: true, operationsMax: 1, now })).toHaveLength(1);
    expect(shedder.admits(pending("hurried", 10))).toBe(true);
  });

  it("takes no batch of callers who have gone for one that had room", () => {
    const gone = { aborted: true, reason: undefined };
    queue.push({ ...pending("gone"), departure: gone });
    expect(queue.take({ ...taking, isFree: () => false, now: 300 })).toHaveLength(1);
    expect(shedder.admits(pending("hurried", 9))).toBe(false);
  });
});

it("measures batches that had room, but not for one as large as the next", () => {
  const operations = [charge("1", "1"), charge("2", "1"), charge("3", "1")] as const;
  const command = { orgId: "org", operations, dryRun: false, by: asker };
  for (const name of ["a", "b", "c"]) queue.push({ ...pending(name), command });
  for (const now of [0, 100]) take(4, now);
  expect([100, 99].map((ms) => shedder.admits(pending("next", ms)))).toEqual([true, false]);
});
