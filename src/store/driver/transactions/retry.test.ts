import { retrying } from "./retry.ts";

/** Pauses as short as they get. */
const random = () => 0;

const deadlock = Object.assign(new Error("deadlock detected"), { code: "40P01" });

/** An attempt that fails so often before it succeeds. */
function failing(times: number, error: Error = deadlock) {
  let left = times;
  return jest.fn(async () => {
    left -= 1;
    if (left >= 0) throw error;
    return "done";
  });
}

describe("retrying", () => {
  it.each([
    ["contention", deadlock],
    [
      "an operation that another batch did first",
      Object.assign(new Error(), { code: "23505", constraint_name: "operations_pkey" }),
    ],
    ["a lost connection", Object.assign(new Error(), { code: "CONNECTION_CLOSED" })],
    ["either, as Drizzle wraps it", new Error("Failed query", { cause: deadlock })],
  ])("tries again after %s", async (_, error) => {
    const attempt = failing(3, error);
    expect(await retrying(attempt, { random })).toBe("done");
    expect(attempt).toHaveBeenCalledTimes(4);
  });

  it.each([
    ["would fail again", new Error("a bug")],
    ["a database may refuse for long", Object.assign(new Error("read-only"), { code: "25006" })],
  ])("does not try again what %s", async (_, error) => {
    const attempt = failing(1, error);
    await expect(retrying(attempt, { random })).rejects.toBe(error);
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  it("throws the signal's reason when it aborts during an attempt", async () => {
    const abort = new AbortController();
    const reason = new Error("out of time");
    const attempt = async () => {
      abort.abort(reason);
      throw deadlock;
    };
    await expect(retrying(attempt, { departure: abort.signal, random })).rejects.toBe(reason);
  });

  it("throws the reason of a departure during a pause", async () => {
    const abort = new AbortController();
    const reason = new Error("out of time");
    const attempt = failing(Number.POSITIVE_INFINITY);
    const running = expect(retrying(attempt, { departure: abort.signal, random })).rejects.toBe(reason);
    setImmediate(() => abort.abort(reason));
    await running;
  });

  it("gives up after ten seconds, with pauses that grow to half a second, and refuses with UNAVAILABLE", async () => {
    jest.useFakeTimers();
    try {
      const attempt = failing(Number.POSITIVE_INFINITY);
      const outcome = retrying(attempt, { random: () => 1 }).catch((error: unknown) => error);
      await jest.advanceTimersByTimeAsync(12_000);
      expect(await outcome).toMatchObject({ refusal: { reason: "UNAVAILABLE" } });
      expect(attempt.mock.calls.length).toBeLessThan(40);
    } finally {
      jest.useRealTimers();
    }
  });
});
