import { basic, connectClients, startService, type Tenant, type TestService } from "../support/service.ts";

/** A service with one tenant, whose money bad input must leave alone. */
export interface World {
  readonly service: TestService;
  readonly url: string;
  readonly tenant: Tenant;
  /** `/v1beta1/…/billing/{id}` of the tenant's account. */
  readonly accountPath: string;
  /** Authorization of the platform's admin, who may do everything: only the input can be at fault. */
  readonly header: { readonly authorization: string };
  /** Nothing was booked, the server answers, and nothing went wrong that it did not expect. */
  expectUnharmed(): Promise<void>;
  stop(): Promise<void>;
}

const credits = 100;

export async function startWorld(): Promise<World> {
  const service = await startService();
  const tenant = await service.tenant({ credits });
  const { frontier } = connectClients(service.url, tenant.reader);
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on("unhandledRejection", note);
  return {
    service,
    url: service.url,
    tenant,
    accountPath: `/v1beta1/organizations/${tenant.orgId}/billing/${tenant.billingId}`,
    header: { authorization: basic(service.platform) },
    async expectUnharmed() {
      expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
      const { balance } = await frontier.getBillingBalance({ id: tenant.billingId });
      expect(balance?.amount).toBe(BigInt(credits));
      const { transactions } = await frontier.listBillingTransactions({ orgId: tenant.orgId });
      expect(transactions).toHaveLength(1);
      expect(unhandled).toEqual([]);
      expect(service.logged.filter((line) => (JSON.parse(line) as { level: number }).level >= 50)).toEqual(
        [],
      );
    },
    async stop() {
      process.off("unhandledRejection", note);
      await service.stop();
    },
  };
}
