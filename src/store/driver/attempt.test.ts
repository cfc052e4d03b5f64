import { type Attempt, creating, onlyAttempt, Steps } from "./attempt.ts";

const contention = Object.assign(new Error("canceling statement due to lock timeout"), { code: "55P03" });
const connectionLost = Object.assign(new Error("connection closed"), { code: "CONNECTION_CLOSED" });

/** Fails with each error in turn, and then succeeds; notes what it is told. */
function work(...errors: Error[]) {
  return jest.fn(async (mayBeDone: boolean) => {
    const error = errors.shift();
    if (error !== undefined) throw error;
    return mayBeDone ? "done, or done before" : "done";
  });
}

describe("Steps", () => {
  it("answers what an attempt before has done", async () => {
    const steps = new Steps();
    const [first, second] = [work(), work(contention)];
    steps.begin();
    await steps.once(first);
    await expect(steps.once(second)).rejects.toBe(contention);
    steps.begin();
    expect([await steps.once(first), await steps.once(second)]).toEqual(["done", "done"]);
    expect([first, second].map(({ mock }) => mock.calls.length)).toEqual([1, 2]);
  });

  it.each([
    ["nothing can have been done after contention", [contention], "done"],
    ["it may have been done when the connection was lost", [connectionLost], "done, or done before"],
    ["and whatever happened since", [connectionLost, contention], "done, or done before"],
  ])("tells that %s", async (_, errors, outcome) => {
    const steps = new Steps();
    const step = work(...errors);
    for (const error of errors) {
      steps.begin();
      await expect(steps.once(step)).rejects.toBe(error);
    }
    steps.begin();
    expect(await steps.once(step)).toBe(outcome);
  });

  it("tells it of the work that lost the connection, and of no other", async () => {
    const steps = new Steps();
    const [first, second] = [work(connectionLost), work()];
    steps.begin();
    await expect(steps.once(first)).rejects.toBe(connectionLost);
    steps.begin();
    expect(await steps.once(first)).toBe("done, or done before");
    expect(await steps.once(second)).toBe("done");
  });
});

describe("creating", () => {
  const create = jest.fn(async () => "new");
  const afterLoss: Attempt = { signal: onlyAttempt.signal, once: (step) => step(true) };

  beforeEach(() => create.mockClear());

  it("finds what the attempt before has made, and does not make it twice", async () => {
    expect(await creating({ create, made: async () => "made before" }, afterLoss)).toBe("made before");
    expect(create).not.toHaveBeenCalled();
  });

  it("makes it anew where the attempt before came to nothing", async () => {
    expect(await creating({ create, made: async () => undefined }, afterLoss)).toBe("new");
  });

  it("takes nothing for its own that was there before the first attempt", async () => {
    expect(await creating({ create, made: async () => "somebody else's" }, onlyAttempt)).toBe("new");
  });
});
