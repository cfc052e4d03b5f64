import { customerAccount } from "../domain/account.ts";
import { WrongCount } from "../store/driver/errors.ts";
import {
  engine,
  idsOf,
  newEngine,
  settlement,
  submit,
  turn,
  untilUnderWay,
  verdictOf,
  waitEnough,
} from "./engine.fixture.ts";

beforeEach(() => newEngine());

it("lets a call go at once when nothing is under way, alone", async () => {
  const answer = submit("x");
  await turn();
  expect(settlement.underWay.map(({ ids }) => ids)).toEqual([["x"]]);
  settlement.underWay[0]?.succeed();
  expect(await answer).toEqual(verdictOf("x"));
});

it("puts calls that come together in one batch, and gives each its own verdict", async () => {
  const answers = ["x", "y", "z"].map((id) => submit(id));
  await turn();
  expect(settlement.underWay.map(({ ids }) => ids)).toEqual([["x", "y", "z"]]);
  settlement.underWay[0]?.succeed();
  expect(await Promise.all(answers)).toEqual(["x", "y", "z"].map(verdictOf));
});

it("lets the next batch grow while one is under way on its account", async () => {
  submit("first");
  await turn();
  for (const id of ["1", "2", "3"]) {
    submit(id);
    await turn();
  }
  expect(settlement.batches).toEqual([["first"]]);
  settlement.underWay[0]?.succeed();
  await turn();
  expect(settlement.batches).toEqual([["first"], ["1", "2", "3"]]);
});

it("runs batches side by side that share no account, up to three, each in a lane of its own", async () => {
  for (const account of ["a", "b", "c", "d"]) {
    submit(account, { account });
    await turn();
    waitEnough();
  }
  expect(settlement.underWay.map(({ ids }) => ids)).toEqual([["a"], ["b"], ["c"]]);
  expect(settlement.underWay.map(({ lane }) => lane)).toEqual([0, 1, 2]);
  const freed = settlement.underWay[1];
  freed?.succeed();
  await turn();
  waitEnough();
  expect(settlement.underWay.at(-1)).toMatchObject({ ids: ["d"], lane: freed?.lane });
});

describe("a further batch of an organization", () => {
  const others = Array.from({ length: 127 }, (_, n) => `${n}`);

  beforeEach(async () => {
    submit("a", { account: "a" });
    await turn();
    for (const account of others) submit(account, { account });
    await turn();
    expect(settlement.batches).toEqual([["a"]]);
  });

  it("begins when 128 operations wait", async () => {
    submit("last", { account: "last" });
    await turn();
    expect(settlement.batches).toEqual([["a"], [...others, "last"]]);
  });

  it("begins when it has waited for long enough, and the next one waits anew", async () => {
    waitEnough();
    expect(settlement.batches).toEqual([["a"], others]);
    settlement.underWay[1]?.send();
    submit("next", { account: "next" });
    await turn();
    expect(settlement.batches).toHaveLength(2);
    waitEnough();
    expect(settlement.batches.at(-1)).toEqual(["next"]);
  });

  it("begins when the one before it has ended", async () => {
    settlement.underWay[0]?.send();
    await turn();
    expect(settlement.batches).toHaveLength(1);
    settlement.underWay[0]?.succeed();
    await turn();
    expect(settlement.batches).toEqual([["a"], others]);
  });

  it("waits for nothing of another organization", async () => {
    submit("c", { orgId: "other" });
    await turn();
    expect(settlement.batches).toEqual([["a"], ["c"]]);
  });
});

it("lets the next batch follow in its lane, on the same accounts too, when the one before is committing", async () => {
  const first = submit("1");
  await turn();
  const next = submit("2");
  await turn();
  expect(settlement.batches).toEqual([["1"]]);
  settlement.underWay[0]?.send();
  await turn();
  waitEnough();
  expect(settlement.underWay.map(({ ids, lane }) => [ids, lane])).toEqual([
    [["1"], 0],
    [["2"], 0],
  ]);
  settlement.underWay[0]?.succeed();
  expect(await first).toEqual(verdictOf("1"));
  submit("3");
  await turn();
  expect(settlement.batches).toEqual([["1"], ["2"]]);
  settlement.underWay[0]?.succeed();
  expect(await next).toEqual(verdictOf("2"));
  await turn();
  expect(settlement.batches.at(-1)).toEqual(["3"]);
});

it("as one of several workers gathers what comes for an account until its batch is on disk, and follows with others", async () => {
  newEngine({ isAlone: false });
  const first = submit("1", { account: "a" });
  await turn();
  settlement.underWay[0]?.send();
  for (const [id, account] of Object.entries({ "2": "a", other: "b", "3": "a" })) {
    submit(id, { account });
    await turn();
    waitEnough();
  }
  expect(settlement.underWay.map(({ ids, lane }) => [ids, lane])).toEqual([
    [["1"], 0],
    [["other"], 1],
  ]);
  settlement.underWay[0]?.succeed();
  expect(await first).toEqual(verdictOf("1"));
  await turn();
  waitEnough();
  expect(settlement.underWay.at(-1)?.ids).toEqual(["2", "3"]);
});

it("follows no batch that is committing where a lane is idle", async () => {
  submit("1", { account: "a" });
  await turn();
  settlement.underWay[0]?.send();
  submit("2", { account: "b" });
  await turn();
  waitEnough();
  expect(settlement.underWay.map(({ lane }) => lane)).toEqual([0, 1]);
});

it("keeps a lane to one batch that is not committing yet, however often one before it is tried", async () => {
  submit("1");
  await turn();
  settlement.underWay[0]?.send();
  submit("2");
  await turn();
  waitEnough();
  settlement.underWay[0]?.fail(Object.assign(new Error("deadlock detected"), { code: "40P01" }));
  submit("3");
  await untilUnderWay(["1"]);
  settlement.underWay.find(({ ids }) => ids[0] === "1")?.send();
  await turn();
  expect(settlement.batches).toEqual([["1"], ["2"], ["1"]]);
});

it("has two batches in a lane at the most, so that what cannot be settled now waits in the queue", async () => {
  for (const id of ["1", "2", "3", "4"]) {
    submit(id);
    await turn();
    for (const each of settlement.underWay) each.send();
    await turn();
    waitEnough();
  }
  expect(settlement.batches).toEqual([["1"], ["2"]]);
  settlement.underWay[0]?.succeed();
  await turn();
  waitEnough();
  expect(settlement.batches).toEqual([["1"], ["2"], ["3", "4"]]);
});

it("settles no two organizations in one batch", async () => {
  submit("x", { orgId: "A" });
  submit("y", { orgId: "B", account: "b" });
  await turn();
  expect(settlement.batches).toEqual([["x"], ["y"]]);
});

it("takes no more than 512 operations in a batch", async () => {
  for (let n = 0; n < 600; n += 1) submit(`${n}`);
  await turn();
  settlement.underWay[0]?.succeed();
  await turn();
  expect(settlement.batches.map((ids) => ids.length)).toEqual([512, 88]);
});

it("finds a poisonous command by halving, and lets its neighbours through", async () => {
  settlement.automatic = (batch) => {
    if (idsOf(batch).includes("poison")) throw new Error("a bug");
    return undefined;
  };
  const ids = Array.from({ length: 32 }, (_, n) => (n === 21 ? "poison" : `${n}`));
  const outcomes = await Promise.allSettled(ids.map((id) => submit(id)));
  const reason = new Error("a bug");
  expect(outcomes).toEqual(
    ids.map((id) =>
      id === "poison" ? { status: "rejected", reason } : { status: "fulfilled", value: verdictOf(id) },
    ),
  );
  expect(settlement.batches.length).toBeLessThan(ids.length);
});

it("settles nobody again where what was committed is not what was asked for", async () => {
  const error = new WrongCount({ text: "update", parameters: [], rows: 2 }, 1);
  settlement.automatic = () => {
    throw error;
  };
  const outcomes = await Promise.allSettled(["x", "y"].map((id) => submit(id)));
  expect(outcomes).toEqual(Array(2).fill({ status: "rejected", reason: error }));
  expect(settlement.batches).toEqual([["x", "y"]]);
});

it("isolates several poisonous commands of one batch", async () => {
  settlement.automatic = (batch) => {
    if (idsOf(batch).some((id) => Number(id) % 5 === 0)) throw new Error("a bug");
    return undefined;
  };
  const ids = Array.from({ length: 20 }, (_, n) => `${n}`);
  const outcomes = await Promise.allSettled(ids.map((id) => submit(id)));
  expect(outcomes.map(({ status }) => status)).toEqual(
    ids.map((id) => (Number(id) % 5 === 0 ? "rejected" : "fulfilled")),
  );
});

it("tries a batch again as a whole after contention, and does not halve it", async () => {
  let attempts = 0;
  settlement.automatic = () => {
    attempts += 1;
    if (attempts < 3) throw Object.assign(new Error("deadlock detected"), { code: "40P01" });
    return undefined;
  };
  await Promise.all(["x", "y"].map((id) => submit(id)));
  expect(settlement.batches).toEqual([
    ["x", "y"],
    ["x", "y"],
    ["x", "y"],
  ]);
});

it("goes on after a batch that failed", async () => {
  const answer = submit("x");
  await turn();
  settlement.underWay[0]?.fail(new Error("a bug"));
  await expect(answer).rejects.toThrow("a bug");
  const next = submit("y");
  await turn();
  settlement.underWay[0]?.succeed();
  expect(await next).toEqual(verdictOf("y"));
});

describe("a caller that has gone away", () => {
  const reason = new Error("deadline exceeded");

  it("before its batch began is not settled, and its neighbours are", async () => {
    submit("first");
    await turn();
    const abort = new AbortController();
    const [gone, there] = [submit("gone", { departure: abort.signal }), submit("there")];
    abort.abort(reason);
    settlement.underWay[0]?.succeed();
    await expect(gone).rejects.toBe(reason);
    settlement.underWay[0]?.succeed();
    expect(await there).toEqual(verdictOf("there"));
    expect(settlement.batches).toEqual([["first"], ["there"]]);
  });

  it("between two attempts is left out of the second", async () => {
    const abort = new AbortController();
    settlement.automatic = () => {
      if (abort.signal.aborted) return undefined;
      abort.abort(reason);
      throw Object.assign(new Error("deadlock detected"), { code: "40P01" });
    };
    const [gone, there] = [submit("gone", { departure: abort.signal }), submit("there")];
    await expect(gone).rejects.toBe(reason);
    expect(await there).toEqual(verdictOf("there"));
    expect(settlement.batches).toEqual([["gone", "there"], ["there"]]);
  });

  it("leaves no empty batch behind that something would wait for", async () => {
    const abort = new AbortController();
    const gone = submit("gone", { departure: abort.signal });
    abort.abort(reason);
    await expect(gone).rejects.toBe(reason);
    const next = submit("next");
    await turn();
    settlement.underWay[0]?.succeed();
    expect(await next).toEqual(verdictOf("next"));
    expect(settlement.batches).toEqual([["next"]]);
  });
});

describe("what is under no command", () => {
  it("settles what is due on accounts, and answers whether it booked anything", async () => {
    const settled = new Promise((resolve, reject) => {
      const accounts = [customerAccount("a", "VC")];
      engine.submit({
        orgId: "org",
        command: null,
        accounts,
        bytes: 0,
        departure: undefined,
        resolve,
        reject,
      });
    });
    const answer = { outcome: "settled", hasBooked: true } as const;
    settlement.settle = async () => [answer];
    expect(await settled).toEqual(answer);
  });
});
