import { Code, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import {
  Health,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from "../../../gen/health/v1/health_pb.ts";
import { unavailable } from "../reasoned.ts";
import type { Readiness } from "./readiness.ts";

export interface HealthOptions {
  /** Full names of all services that are served. */
  readonly services: ReadonlySet<string>;
  readonly readiness: Readiness;
}

/** Full names of the services here that answer without authentication. */
export const healthServices: readonly string[] = [Health.typeName];

/**
 * grpc.health.v1 over the server's readiness, which all services share; "" is the server as a whole. A watch
 * ends with UNAVAILABLE when the server stops.
 */
export function createHealth({ services, readiness }: HealthOptions): ServiceImpl<typeof Health> {
  const isKnown = (service: string) => service === "" || services.has(service);
  const status = async () =>
    (await readiness.isReady()) ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;

  async function* changes(service: string, signal: AbortSignal) {
    let last: ServingStatus | undefined;
    while (!signal.aborted) {
      const now = isKnown(service) ? await status() : ServingStatus.SERVICE_UNKNOWN;
      if (now !== last) yield { status: now };
      last = now;
      if (readiness.isStopped()) throw unavailable("UNAVAILABLE", "the server is shutting down");
      await readiness.pause(signal);
    }
  }

  return {
    async check({ service }) {
      if (!isKnown(service))
        throw new ConnectError(`unknown service ${JSON.stringify(service)}`, Code.NotFound);
      return { status: await status() };
    },
    watch: ({ service }, context) => changes(service, context.signal),
    async list() {
      const now = await status();
      return { statuses: Object.fromEntries(["", ...services].map((service) => [service, { status: now }])) };
    },
  };
}
