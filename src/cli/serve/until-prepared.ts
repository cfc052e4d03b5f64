import { setTimeout as sleep } from "node:timers/promises";
import { mayPass, startupFailure } from "../../startup-failure.ts";
import type { ServingOptions } from "./serving.ts";
import { WaitingService } from "./waiting-service.ts";

const pauseMs = 500;
const tellMs = 5_000;

/**
 * Prepares what is served, and does it again for so long while the database cannot be reached or takes no changes: one that
 * starts beside it, or another that takes over.
 *
 * @throws at once what no waiting mends
 */
export async function untilPrepared<T>(options: ServingOptions, prepare: () => Promise<T>): Promise<T> {
  const waiting = new WaitingService(options);
  options.stops.push(() => waiting.close());
  try {
    return await patiently(options, prepare);
  } finally {
    await waiting.close();
  }
}

async function patiently<T>({ config, log }: ServingOptions, prepare: () => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + config.lifecycle.databaseWaitMs;
  for (let tellAt = 0; ; ) {
    try {
      return await prepare();
    } catch (error) {
      const now = performance.now();
      if (!mayPass(error) || now >= giveUpAt) throw error;
      if (now >= tellAt) {
        const secondsLeft = Math.ceil((giveUpAt - now) / 1_000);
        log.warn({ reason: startupFailure(error), secondsLeft }, "waiting for the database");
        tellAt = now + tellMs;
      }
    }
    await sleep(pauseMs);
  }
}
