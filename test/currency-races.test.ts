import { TransferKind } from "../gen/tallystick/v1/ledger_pb.ts";
import { failureOf } from "./support/failure.ts";
import { connectClients, startService, type Tenant, type TestService } from "./support/service.ts";
import { Random, seedOf } from "./workload/random.ts";

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const rounds = 3;
const credits = 8;

/** What became of a call: nothing, or why it was refused. */
const outcome = async (call: Promise<unknown>) => {
  const [settled] = await Promise.allSettled([call]);
  return settled?.status === "rejected"
    ? (await failureOf(Promise.reject(settled.reason))).reason
    : undefined;
};

/** Credits each of the customers at once, and makes a change of the currency somewhere among the calls. */
async function race(tenant: Tenant, of: { amount: string; place: number; change: () => Promise<unknown> }) {
  const { ledger } = connectClients(service.url, tenant.writer);
  const asked = { organization: tenant.orgId, customer: tenant.billingId, kind: TransferKind.CREDIT };
  const calls = Array.from(
    { length: credits },
    () => () => outcome(ledger.createTransfer({ ...asked, currency: "USD", amount: of.amount })),
  );
  calls.splice(of.place, 0, () => outcome(of.change()));
  const outcomes = await Promise.all(calls.map((call) => call()));
  const [changed] = outcomes.splice(of.place, 1);
  const booked = outcomes.filter((reason) => reason === undefined).length;
  return { changed, booked, reasons: new Set(outcomes.filter((reason) => reason !== undefined)) };
}

it.each<[string, { refused: string; change: (tenant: Tenant) => Promise<unknown>; prepared: boolean }]>([
  [
    "fewer places",
    {
      refused: "TOO_MANY_PLACES",
      prepared: true,
      change: (tenant) => put(tenant, "USD", { decimalPlaces: 2 }),
    },
  ],
  [
    "the first currency, another one",
    { refused: "CURRENCY_NOT_USABLE", prepared: false, change: (tenant) => put(tenant, "EUR", {}) },
  ],
  [
    "its deletion, where others are configured",
    {
      refused: "CURRENCY_NOT_USABLE",
      prepared: true,
      change: (tenant) =>
        connectClients(service.url, tenant.admin).currencies.deleteCurrency({
          organization: tenant.orgId,
          code: "USD",
        }),
    },
  ],
])("what is credited at once with a change of its currency is not stranded: %s", async (what, of) => {
  const random = new Random(seedOf(`currency races, ${what}`));
  for (let round = 0; round < rounds; round += 1) {
    const tenant = await service.tenant();
    if (of.prepared) {
      await put(tenant, "USD", { decimalPlaces: 4 });
      await put(tenant, "VC", {});
    }
    const place = random.below(credits + 1);
    const { changed, booked, reasons } = await race(tenant, {
      amount: "0.0005",
      place,
      change: () => of.change(tenant),
    });
    if (changed === undefined)
      expect({ place, booked, reasons }).toEqual({ place, booked: 0, reasons: new Set([of.refused]) });
    else
      expect({ place, changed, booked }).toEqual({
        place,
        changed: expect.stringMatching(/CURRENCY_(STRANDS|IN_USE)/),
        booked: credits,
      });
  }
});

const put = (tenant: Tenant, code: string, fields: { decimalPlaces?: number }) =>
  connectClients(service.url, tenant.admin).currencies.updateCurrency({
    allowMissing: true,
    organization: tenant.orgId,
    code,
    ...fields,
  });
