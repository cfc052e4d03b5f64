import { atMost } from "./at-most.ts";

const never = new Promise<never>(() => undefined);

it("is what the work comes to where that is in time, and keeps no timer then", async () => {
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
  const before = timers();
  const late = () => {
    throw new Error("late");
  };
  expect(await atMost(Promise.resolve("done"), 60_000, late)).toBe("done");
  await expect(atMost(Promise.reject(new Error("failed")), 60_000, late)).rejects.toThrow("failed");
  expect(timers()).toBe(before);
});

it("is what is said where the work takes longer", async () => {
  expect(await atMost(never, 1, () => "late")).toBe("late");
  const refuse = () => {
    throw new Error("no answer");
  };
  await expect(atMost(never, 1, refuse)).rejects.toThrow("no answer");
});
