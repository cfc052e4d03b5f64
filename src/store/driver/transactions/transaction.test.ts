import { sql } from "drizzle-orm";
import type { Session } from "../connections/session.ts";
import { CommitUnanswered, ConnectionLost } from "../errors.ts";
import { transact } from "./transaction.ts";

/** A connection on which nothing is answered from some statement on. */
class SilentSession {
  isLost = false;
  readonly asked: string[] = [];
  private readonly rejects: ((reason: unknown) => void)[] = [];

  constructor(private readonly silentFrom: string) {}

  ask(text: string): Promise<unknown> {
    this.asked.push(text);
    const isSilent = this.asked.some((each) => each.startsWith(this.silentFrom));
    return new Promise((resolve, reject) => {
      this.rejects.push(reject);
      if (!isSilent) resolve(Object.assign([], { command: "SELECT", count: 0 }));
    });
  }

  lose(): void {
    this.isLost = true;
    for (const reject of this.rejects) reject(new ConnectionLost());
  }
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

it("gives the connection up where its ROLLBACK is not answered after an abort", async () => {
  const session = new SilentSession("select");
  const abort = new AbortController();
  const outcome = transact(
    session as unknown as Session,
    (orm) => orm.execute(sql`select 1`),
    abort.signal,
  ).catch((error: unknown) => error);
  await jest.advanceTimersByTimeAsync(0);
  const reason = new Error("out of time");
  abort.abort(reason);
  await jest.advanceTimersByTimeAsync(4_000);
  expect([session.isLost, session.asked.at(-1)]).toEqual([false, "rollback"]);
  await jest.advanceTimersByTimeAsync(2_000);
  expect(session.isLost).toBe(true);
  expect(await outcome).toMatchObject({ cause: reason });
});

it("says why it failed, though its ROLLBACK is not answered", async () => {
  const session = new SilentSession("rollback");
  const reason = new Error("why");
  const outcome = transact(session as unknown as Session, () => Promise.reject(reason)).catch(
    (error: unknown) => error,
  );
  await jest.advanceTimersByTimeAsync(6_000);
  expect([await outcome, session.isLost]).toEqual([reason, true]);
});

it.each([
  ["leaves open what stands", "UPDATE", CommitUnanswered],
  ["is a lost connection where nothing was changed", "SELECT", ConnectionLost],
])("%s where a node fails at COMMIT, whatever its words", async (_what, command, kind) => {
  const fault = Object.assign(new Error("Server beendete die Verbindung unerwartet"), {
    code: "XX000",
    where: "while executing command on a:5432",
  });
  const session = {
    isLost: false,
    ask: async (text: string) => {
      if (text === "commit") throw fault;
      return Object.assign([], { command, count: 1 });
    },
  };
  const outcome = await transact(session as unknown as Session, (orm) => orm.execute(sql`select 1`)).catch(
    (error: unknown) => error,
  );
  expect((outcome as Error).constructor).toBe(kind);
});
