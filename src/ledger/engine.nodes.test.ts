import { ConnectionLost, NodeDoubted, TurnTaken } from "../store/driver/errors.ts";
import { newEngine, settlement, submit, turn, verdictOf } from "./engine.fixture.ts";

describe.each([
  ["a node that is lost, where organizations are on several,", () => new ConnectionLost()],
  ["a node that has yet to answer", () => new NodeDoubted()],
  ["an organization whose turn does not come", () => new TurnTaken()],
])("%s", (_, failure) => {
  const away = ["one", "two", "three", "four"];

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ["setImmediate", "nextTick", "queueMicrotask"] });
    newEngine();
    settlement.isDistributed = true;
    settlement.automatic = ({ batch }) => {
      if (batch.some(({ orgId }) => away.includes(orgId))) throw failure();
      return undefined;
    };
  });
  afterEach(() => jest.useRealTimers());

  async function untilSettled(
    answers: readonly Promise<unknown>[],
  ): Promise<PromiseSettledResult<unknown>[]> {
    let outcomes: PromiseSettledResult<unknown>[] | undefined;
    Promise.allSettled(answers).then((settled) => {
      outcomes = settled;
    });
    while (outcomes === undefined) {
      jest.advanceTimersByTime(100);
      for (let turns = 0; turns < 3; turns += 1) await turn();
    }
    return outcomes;
  }

  it("takes no lane from the others, and its own are done when it is back", async () => {
    const waiting = away.map((orgId) => submit(orgId, { orgId, account: orgId }));
    for (const id of ["x", "y", "z"]) expect(await submit(id, { account: id })).toEqual(verdictOf(id));
    settlement.automatic = () => undefined;
    expect(await untilSettled(waiting)).toEqual(
      away.map((id) => ({ status: "fulfilled", value: verdictOf(id) })),
    );
  });

  it("halves no batch, for none in it is at fault", async () => {
    const ids = ["a", "b", "c", "d"];
    const waiting = ids.map((id) => submit(id, { orgId: "one", account: id }));
    for (let turns = 0; turns < 5; turns += 1) await turn();
    settlement.automatic = () => undefined;
    expect(await untilSettled(waiting)).toEqual(
      ids.map((id) => ({ status: "fulfilled", value: verdictOf(id) })),
    );
    expect(settlement.batches.filter((batch) => batch.length > 0)).not.toHaveLength(1);
    for (const batch of settlement.batches) expect([0, ids.length]).toContain(batch.length);
  });

  it("is UNAVAILABLE to its own after ten seconds", async () => {
    const begunAt = performance.now();
    const [outcome] = await untilSettled([submit("x", { orgId: "one" })]);
    expect(outcome).toMatchObject({ reason: { refusal: { reason: "UNAVAILABLE" } } });
    expect(performance.now() - begunAt).toBeGreaterThan(9_000);
  });

  describe("though it answers", () => {
    const nodeLoss = () => Object.assign(new Error("connection to the remote node"), { code: "08006" });
    const ids = Array.from({ length: 16 }, (_, n) => `${n}`);
    const poison = "11";
    const submitAll = () => ids.map((id) => submit(id, { account: id }));

    beforeEach(() => {
      settlement.nodeAnsweredAt = Number.POSITIVE_INFINITY;
      settlement.automatic = ({ batch }) => {
        if (batch.some(({ command }) => command?.operations[0].id === poison)) throw nodeLoss();
        return undefined;
      };
    });

    it("is lost for the one command that ends its connections, and its neighbours are done", async () => {
      const outcomes = await untilSettled(submitAll());
      const refused = outcomes.filter(({ status }) => status === "rejected");
      expect(refused).toMatchObject([{ reason: { refusal: { reason: "UNAVAILABLE" } } }]);
      expect(outcomes.indexOf(refused[0] as PromiseSettledResult<unknown>)).toBe(Number(poison));
    });

    it("is not looked for in halves before it was lost and has answered since", async () => {
      settlement.nodeAnsweredAt = Number.NEGATIVE_INFINITY;
      await untilSettled(submitAll());
      expect(settlement.batches.filter((batch) => batch.length < ids.length)).toEqual([]);
    });

    it("is not looked for in halves where the coordinator is lost", async () => {
      settlement.automatic = () => {
        throw new ConnectionLost();
      };
      await untilSettled(submitAll());
      expect(settlement.batches.filter((batch) => batch.length < ids.length)).toEqual([]);
    });
  });

  it("is tried once at a time", async () => {
    const pauses: number[] = [];
    let before = Number.NEGATIVE_INFINITY;
    settlement.automatic = () => {
      pauses.push(performance.now() - before);
      before = performance.now();
      throw new ConnectionLost();
    };
    await untilSettled([submit("x", { orgId: "one" })]);
    expect(pauses.length).toBeGreaterThan(5);
    expect(pauses.filter((ms) => ms === 0)).toEqual([]);
  });

  it("leaves in doubt what was lost once, though its account is busy at the end", async () => {
    const answer = submit("x", { orgId: "one" });
    settlement.automatic = ({ batch }) => {
      if (batch[0]?.retry === undefined) throw new ConnectionLost();
      return ["x"];
    };
    const [outcome] = await untilSettled([answer]);
    expect(outcome).toMatchObject({ reason: { refusal: { reason: "UNAVAILABLE" } } });
  });
});
