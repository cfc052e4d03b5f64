import { ConnectionLost, TurnTaken } from "../store/driver/errors.ts";
import { newEngine, settlement, submit, turn, verdictOf } from "./engine.fixture.ts";

describe.each([
  ["a node that is lost, where organizations are on several,", () => new ConnectionLost()],
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
});
