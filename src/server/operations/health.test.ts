import { type Client, Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { RetryInfoSchema } from "../../../gen/google/rpc/error_details_pb.ts";
import {
  Health,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from "../../../gen/health/v1/health_pb.ts";
import { FrontierService } from "../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { type Fixture, startServer } from "../server.fixture.ts";

describe("grpc.health.v1", () => {
  let fixture: Fixture;
  let client: Client<typeof Health>;
  let failure: Error | undefined;
  beforeEach(async () => {
    failure = undefined;
    const ready = async () => {
      if (failure !== undefined) throw failure;
    };
    fixture = await startServer({ ready, limits: { readinessMsInterval: 10, openStreamsMax: 2 } });
    client = createClient(Health, createGrpcTransport({ baseUrl: fixture.url }));
  });
  afterEach(() => fixture.server.close(0));

  function watch(service: string) {
    const controller = new AbortController();
    const statuses = client.watch({ service }, { signal: controller.signal })[Symbol.asyncIterator]();
    const next = async () => (await statuses.next()).value?.status;
    return { next, leave: () => controller.abort() };
  }

  it("checks the server and each of its services", async () => {
    for (const service of ["", FrontierService.typeName, Health.typeName]) {
      expect(await client.check({ service })).toMatchObject({ status: ServingStatus.SERVING });
    }
    await expect(client.check({ service: "a.B" })).rejects.toMatchObject({ code: Code.NotFound });
  });

  it("takes no more than it needs, because anybody may ask", async () => {
    await expect(client.check({ service: "x".repeat(17_000) })).rejects.toMatchObject({
      code: Code.ResourceExhausted,
    });
  });

  it("lists them", async () => {
    const { statuses } = await client.list({});
    expect(statuses[""]).toMatchObject({ status: ServingStatus.SERVING });
    expect(Object.keys(statuses)).toContain(FrontierService.typeName);
  });

  it("watches readiness come and go", async () => {
    const { next, leave } = watch(FrontierService.typeName);
    expect(await next()).toBe(ServingStatus.SERVING);
    failure = new Error("no database");
    expect(await next()).toBe(ServingStatus.NOT_SERVING);
    failure = undefined;
    expect(await next()).toBe(ServingStatus.SERVING);
    leave();
  });

  it("watches a service that it does not know", async () => {
    const { next, leave } = watch("a.B");
    expect(await next()).toBe(ServingStatus.SERVICE_UNKNOWN);
    leave();
  });

  it("says at shutdown that it no longer serves, and ends the watch", async () => {
    const { next } = watch("");
    expect(await next()).toBe(ServingStatus.SERVING);
    const closed = fixture.server.close(20_000);
    expect(await next()).toBe(ServingStatus.NOT_SERVING);
    const error = ConnectError.from(await next().catch((reason: unknown) => reason));
    expect(error.code).toBe(Code.Unavailable);
    expect(error.findDetails(RetryInfoSchema)).toHaveLength(1);
    await closed;
  });

  it("bounds the watchers, and frees the place of one who left", async () => {
    const watchers = [watch(""), watch("")];
    for (const { next } of watchers) await next();
    await expect(watch("").next()).rejects.toMatchObject({ code: Code.ResourceExhausted });
    for (const { leave } of watchers) leave();
    for (;;) {
      const again = watch("");
      const status = await again.next().catch(() => undefined);
      again.leave();
      if (status === ServingStatus.SERVING) break;
    }
  });
});
