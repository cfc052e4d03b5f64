import { customerAccount } from "../domain/account.ts";
import { idsOf, newEngine, settlement, submit, turn, verdictOf } from "./engine.fixture.ts";

beforeEach(() => newEngine());

describe("an account that somebody else has locked", () => {
  const lockTimeout = () =>
    Object.assign(new Error("canceling statement due to lock timeout"), { code: "55P03" });

  /** While it lasts a batch that waits for locks fails, and one that does not leaves out whoever needs an account. */
  function lock(...names: string[]): { letGo(): void } {
    let isLocked = true;
    const locked = new Set(names.map((name) => customerAccount(name, "VC").key));
    settlement.automatic = ({ batch, waits }) => {
      const needing = batch.filter(({ accounts }) => isLocked && accounts.some(({ key }) => locked.has(key)));
      if (needing.length > 0 && waits !== "not") throw lockTimeout();
      return idsOf({ batch: needing });
    };
    return {
      letGo() {
        isLocked = false;
      },
    };
  }

  it("lets the neighbours of its batch go on, and is tried again until it is free", async () => {
    const locked = lock("a");
    const waiting = submit("x", { account: "a" });
    const neighbours = ["y", "z"].map((id) => submit(id, { account: id }));
    expect(await Promise.all(neighbours)).toEqual([verdictOf("y"), verdictOf("z")]);
    expect(await submit("later", { account: "b" })).toEqual(verdictOf("later"));
    locked.letGo();
    expect(await waiting).toEqual(verdictOf("x"));
  });

  it("lets nothing overtake on that account", async () => {
    const locked = lock("a");
    const done: string[] = [];
    const answers = ["1", "2"].map((id) => submit(id).then(() => done.push(id)));
    await submit("other", { account: "b" });
    answers.push(submit("3").then(() => done.push("3")));
    await submit("another", { account: "b" });
    expect(done).toEqual([]);
    locked.letGo();
    await Promise.all(answers);
    expect(done).toEqual(["1", "2", "3"]);
  });

  it("keeps none from new commands whose account was free, while another waits in line", async () => {
    const locked = lock("a", "b");
    const settle = settlement.settle.bind(settlement);
    let [waiting, letGo] = [false, () => {}];
    const isFree = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    settlement.settle = async (attempt, sent) => {
      if (attempt.waits === "in line" && attempt.batch.length > 0) {
        waiting = true;
        await isFree;
      } else if (attempt.waits === "not" && attempt.batch.some(({ retry }) => retry !== undefined)) {
        return idsOf(attempt).map((id) => (id === "b" ? "taken" : verdictOf(id)));
      }
      return settle(attempt, sent);
    };
    const [a, b] = [submit("a", { account: "a" }), submit("b", { account: "b" })];
    expect(await a).toEqual(verdictOf("a"));
    while (!waiting) await turn();
    locked.letGo();
    expect(await submit("next", { account: "a" })).toEqual(verdictOf("next"));
    letGo();
    expect(await b).toEqual(verdictOf("b"));
  });

  it("keeps one lane at most busy, however many accounts it is", async () => {
    const names = Array.from({ length: 40 }, (_, n) => `locked ${n}`);
    const locked = lock(...names);
    const settle = settlement.settle.bind(settlement);
    let [underWay, most] = [0, 0];
    settlement.settle = async (attempt, sent) => {
      const isContended = attempt.batch.some(({ retry }) => retry !== undefined);
      if (isContended) most = Math.max(most, ++underWay);
      return settle(attempt, sent).finally(() => {
        if (isContended) underWay -= 1;
      });
    };
    const waiting = names.map((id) => submit(id, { account: id }));
    while (most === 0) await submit("free", { account: "free" });
    locked.letGo();
    expect(await Promise.all(waiting)).toEqual(names.map(verdictOf));
    expect(most).toBe(1);
  });
});

describe("a lock that is no account's", () => {
  const lockTimeout = () =>
    Object.assign(new Error("canceling statement due to lock timeout"), { code: "55P03" });
  beforeEach(() => jest.useFakeTimers({ doNotFake: ["setImmediate", "nextTick", "queueMicrotask"] }));
  afterEach(() => jest.useRealTimers());

  it("fails those who need it with ACCOUNT_BUSY after ten seconds, and holds up no neighbour", async () => {
    settlement.automatic = ({ batch }) => {
      if (idsOf({ batch }).includes("blocked")) throw lockTimeout();
      return undefined;
    };
    const blocked = submit("blocked", { account: "blocked" }).catch((error: unknown) => error);
    const neighbours = Array.from({ length: 30 }, (_, n) => submit(`${n}`, { account: `${n}` }));
    expect(await Promise.all(neighbours)).toHaveLength(30);
    let outcome: unknown;
    blocked.then((error) => {
      outcome = error;
    });
    const begun = performance.now();
    while (outcome === undefined) {
      jest.advanceTimersByTime(100);
      await turn();
      await turn();
      await turn();
    }
    expect(outcome).toMatchObject({ refusal: { reason: "ACCOUNT_BUSY" } });
    expect(performance.now() - begun).toBeGreaterThan(9_000);
  });
});
