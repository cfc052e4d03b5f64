import { setMaxListeners } from "node:events";
import { callsInFlight } from "../support/calls-in-flight.ts";
import {
  connectClients,
  startService,
  type Tenant,
  type TestCredential,
  type TestService,
} from "../support/service.ts";
import { withSql } from "../support/sql.ts";
import { until } from "../support/until.ts";

/** Has each list of refusals take a minute. */
const slowRefusals = `alter table refusals rename to kept_refusals;
  create view refusals as select * from kept_refusals where (select pg_sleep(60)) is not null`;
/** More than there are places for lists. */
const asked = 20;

describe.each([1, 4])("by one of %d processes", (processes) => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService({ processes, metrics: { port: undefined, access: "open" } });
  });
  afterAll(() => service.stop());

  it("lists are read to others while those of one caller take long, and to all once that has left", async () => {
    const [busy, other] = [await service.tenant({ credits: 1 }), await service.tenant({ credits: 1 })];
    await withSql(service.databaseUrl, (sql) => sql.unsafe(slowRefusals));
    const { ledger } = connectClients(service.url, busy.reader);
    const leaving = new AbortController();
    const { signal } = leaving;
    setMaxListeners(asked, signal);
    const slow = Array.from({ length: asked }, () =>
      ledger.listRefusals({ organization: busy.orgId }, { signal }),
    );
    const ended = Promise.allSettled(slow);
    await until(async () => (await callsInFlight(service.url)) === asked);
    for (const [tenant, caller] of [
      [busy, busy.admin],
      [other, other.reader],
      [other, service.platform],
    ] as const)
      expect(await transfersOf(tenant, caller)).toHaveLength(1);
    leaving.abort();
    await ended;
    expect(await transfersOf(busy, busy.reader)).toHaveLength(1);
  });

  async function transfersOf({ orgId: organization }: Tenant, caller: TestCredential) {
    return (await connectClients(service.url, caller).ledger.listTransfers({ organization })).transfers;
  }
});
