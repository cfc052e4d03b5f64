import type { TallystickService } from "../../service.ts";
import { type ServingOptions, serviceOptionsOf } from "./serving.ts";

/** A start that takes no longer lets nobody in before it can serve. */
const openAfterMs = 2_000;

/**
 * Stands at the port while a start takes long: it says to who watches that the process lives and is not ready, and to callers
 * that they may try again. Before that the port is closed, so that a balancer which knows nothing but that passes by.
 */
export class WaitingService {
  private opened: Promise<TallystickService> | undefined;
  private closed: Promise<void> | undefined;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly options: ServingOptions) {
    this.timer = setTimeout(() => {
      this.opened = this.open();
    }, openAfterMs);
  }

  /** Leaves the port. */
  close(): Promise<void> {
    clearTimeout(this.timer);
    // Nothing that it answers takes time; a stream that somebody keeps open must not hold up the start.
    this.closed ??= this.opened?.then((service) => service.stop(0)) ?? Promise.resolve();
    return this.closed;
  }

  private async open(): Promise<TallystickService> {
    const { databaseUrl, config, tls, log } = this.options;
    // Of several processes the first one serves nobody, and most starts take no time: it is loaded where it is needed.
    const { openService } = await import("../../service.ts");
    const service = openService(databaseUrl, log, { ...serviceOptionsOf(config, tls), isWaiting: true });
    try {
      const { host, port } = await service.listen(config.host, config.port);
      log.info({ host, port }, "not ready yet, which is what the port says");
    } catch (error) {
      // Who has the port may have left it when the service is to listen, which else says so.
      log.warn({ err: error }, "not ready yet, and the port cannot say so");
    }
    return service;
  }
}
