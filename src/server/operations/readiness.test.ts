import pino from "pino";
import { defaultLimits } from "../limits.ts";
import { createReadiness } from "./readiness.ts";

const log = pino({ level: "silent" });
const forever = new AbortController().signal;

describe("readiness", () => {
  it("shares one check among all who ask within an interval", async () => {
    let checks = 0;
    const ready = async () => {
      checks += 1;
    };
    const readiness = createReadiness(ready, defaultLimits, log);
    const answers = await Promise.all(Array.from({ length: 100 }, () => readiness.isReady()));
    expect(answers.every(Boolean)).toBe(true);
    expect(checks).toBe(1);
  });

  it("counts a check that hangs or throws as failed", async () => {
    const limits = { ...defaultLimits, readinessMsMax: 20 };
    const throws = () => {
      throw new Error("at once");
    };
    expect(await createReadiness(() => new Promise(() => {}), limits, log).isReady()).toBe(false);
    expect(await createReadiness(throws, limits, log).isReady()).toBe(false);
    expect(await createReadiness(() => Promise.reject(new Error("later")), limits, log).isReady()).toBe(
      false,
    );
  });

  it("is over when stopped, and wakes who waits", async () => {
    const readiness = createReadiness(async () => {}, { ...defaultLimits, readinessMsInterval: 60_000 }, log);
    const paused = readiness.pause(forever);
    readiness.stop();
    await paused;
    await readiness.pause(forever);
    expect(await readiness.isReady()).toBe(false);
  });

  it("wakes who does not want to wait any more", async () => {
    const readiness = createReadiness(async () => {}, { ...defaultLimits, readinessMsInterval: 60_000 }, log);
    const controller = new AbortController();
    const paused = readiness.pause(controller.signal);
    controller.abort();
    await paused;
  });
});
