import { CommitUnanswered } from "../errors.ts";
import { type Attempt, creating, onlyAttempt, Steps } from "./attempt.ts";

const contention = Object.assign(new Error("canceling statement due to lock timeout"), { code: "55P03" });
/** No COMMIT was sent, or it was refused. */
const lossesWithoutCommit = ["CONNECTION_CLOSED", "ECONNREFUSED", "CONNECT_TIMEOUT", "53300", "57P03"].map(
  (code) => Object.assign(new Error("no connection"), { code }),
);
const commitUnanswered = new CommitUnanswered();

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
    await steps.once("first", first);
    await expect(steps.once("second", second)).rejects.toBe(contention);
    steps.begin();
    expect([await steps.once("first", first), await steps.once("second", second)]).toEqual(["done", "done"]);
    expect([first, second].map(({ mock }) => mock.calls.length)).toEqual([1, 2]);
  });

  it("knows a step for the same where the next attempt has left out another before it", async () => {
    const steps = new Steps();
    steps.begin();
    await steps.once("finds", async () => "found");
    await steps.once("does", async () => "done");
    steps.begin();
    expect(await steps.once("does", async () => "done twice")).toBe("done");
  });

  it("refuses two steps of one name, in the first attempt already", async () => {
    const steps = new Steps();
    steps.begin();
    await steps.once("finds", work());
    await expect(steps.once("finds", work())).rejects.toThrow("two steps of an attempt are called finds");
  });

  it.each<[string, Error[], string]>([
    ["nothing can have been done after contention", [contention], "done"],
    ...lossesWithoutCommit.map((error): [string, Error[], string] => [
      `nothing can have been done after ${(error as Error & { code: string }).code} before COMMIT`,
      [error],
      "done",
    ]),
    ["it may have been done when COMMIT was not answered", [commitUnanswered], "done, or done before"],
    ["and whatever happened since", [commitUnanswered, contention], "done, or done before"],
  ])("tells that %s", async (_, errors, outcome) => {
    const steps = new Steps();
    const step = work(...errors);
    for (const error of errors) {
      steps.begin();
      await expect(steps.once("step", step)).rejects.toBe(error);
    }
    steps.begin();
    expect(await steps.once("step", step)).toBe(outcome);
  });

  it("tells it of the work whose COMMIT was not answered, and of no other", async () => {
    const steps = new Steps();
    const [first, second] = [work(commitUnanswered), work()];
    steps.begin();
    await expect(steps.once("first", first)).rejects.toBe(commitUnanswered);
    steps.begin();
    expect(await steps.once("first", first)).toBe("done, or done before");
    expect(await steps.once("second", second)).toBe("done");
  });
});

describe("creating", () => {
  const create = jest.fn(async () => "new");
  const afterLoss: Attempt = { signal: onlyAttempt.signal, once: (_name, step) => step(true) };

  beforeEach(() => create.mockClear());

  it("finds what the attempt before has made, and does not make it twice", async () => {
    expect(await creating("creation", { create, made: async () => "made before" }, afterLoss)).toBe(
      "made before",
    );
    expect(create).not.toHaveBeenCalled();
  });

  it("makes it anew where the attempt before came to nothing", async () => {
    expect(await creating("creation", { create, made: async () => undefined }, afterLoss)).toBe("new");
  });

  it("finds what it had made itself where the COMMIT came to pass only now, and stands in the way", async () => {
    const lookAt = (...found: (string | undefined)[]) => jest.fn(async () => found.shift());
    const taken = new Error("the name is taken");
    const refused = jest.fn(async () => Promise.reject<string>(taken));
    expect(await creating("creation", { create: refused, made: lookAt(undefined, "own") }, afterLoss)).toBe(
      "own",
    );
    expect(await creating("creation", { create, made: lookAt(undefined, "own") }, afterLoss)).toBe("own");
    const nothing = creating("creation", { create: refused, made: lookAt(undefined, undefined) }, afterLoss);
    await expect(nothing).rejects.toBe(taken);
  });

  it("takes nothing for its own that was there before the first attempt", async () => {
    expect(await creating("creation", { create, made: async () => "somebody else's" }, onlyAttempt)).toBe(
      "new",
    );
  });
});
