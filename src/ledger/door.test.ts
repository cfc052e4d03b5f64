import { defaultQueueBounds } from "../bounds/queue-bounds.ts";
import { customerAccount } from "../domain/account.ts";
import { Door } from "./door.ts";
import type { Pending } from "./pending.ts";
import { CommandQueue } from "./queue.ts";

let refused: string[];
let queue: CommandQueue;
let door: Door;
beforeEach(() => {
  refused = [];
  queue = new CommandQueue(defaultQueueBounds);
  door = new Door(queue, defaultQueueBounds.waitMsMax);
});

/** What waits for its account alone, of a caller who has so much time. */
function pending(name: string, timeoutMs?: number): Pending {
  const signal = { aborted: false, reason: undefined, timeoutMs: () => timeoutMs };
  const answers = { signal, resolve: () => undefined, reject: () => refused.push(name) };
  return { orgId: "org", command: null, accounts: [customerAccount(name, "VC")], bytes: 1, ...answers };
}

/** Takes so many of those who wait. */
const take = (operationsMax: number, now: number) =>
  queue.take({ isDue: () => true, isFree: () => true, contended: false, operationsMax, now });

function push(count: number): void {
  for (let n = 0; n < count; n += 1) queue.push({ ...pending(`${n}`), since: 0 });
}

it("refuses a caller who has less time than those before it take, as fast as they are taken", () => {
  push(100);
  expect(door.admits(pending("first", 1))).toBe(true);
  take(20, 100);
  // Five milliseconds each of 80.
  expect([401, undefined, 399].map((ms) => door.admits(pending(`${ms}`, ms)))).toEqual([true, true, false]);
  expect(refused).toEqual(["399"]);
  expect(door.turned).toEqual({ full: 0, too_late: 1, overdue: 0 });
});

it("admits whoever has nobody before it, however little time it has", () => {
  push(20);
  take(10, 100);
  take(10, 200);
  expect(door.admits(pending("hurried", 1))).toBe(true);
});
