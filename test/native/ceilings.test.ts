import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { BillingType } from "../../gen/tallystick/v1/customer_pb.ts";
import { OveragePolicy, TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import {
  connectClients,
  startService,
  type Tenant,
  type TestCredential,
  type TestService,
} from "../support/service.ts";

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());
beforeEach(async () => {
  tenant = await service.tenant({ credits: 100 });
});

const organization = () => tenant.orgId;
const currencies = (as = tenant.admin) => connectClients(service.url, as).currencies;
const ledger = (as = tenant.writer) => connectClients(service.url, as).ledger;
const ceiling = (fields: object, currency = "VC") =>
  currencies().updateCeiling({ organization: organization(), currency, ...fields });

function transfer(kind: TransferKind, amount: string, as?: TestCredential) {
  const about = { organization: organization(), customer: tenant.billingId, amount, currency: "VC" };
  return ledger(as).createTransfer({ ...about, kind });
}

async function capture(amount: string, as?: TestCredential) {
  const about = { organization: organization(), customer: tenant.billingId, amount: "1", currency: "VC" };
  const { receipt } = await ledger().createHold(about);
  const hold = receipt?.hold?.id ?? "";
  const overage = OveragePolicy.ALLOW_DEBT;
  return ledger(as).captureHold({ organization: organization(), hold, amount, overage });
}

const exceeded = (of: string, available: string, required: string) => ({
  code: Code.FailedPrecondition,
  reason: "CEILING_EXCEEDED",
  metadata: { ceiling: of, currency: "VC", available, required },
});

describe("a ceiling", () => {
  it("is set by an admin, read by others, and changed where it says so", async () => {
    expect(
      (await currencies(tenant.reader).getCeiling({ organization: organization(), currency: "VC" })).ceiling,
    ).toMatchObject({ currency: "VC", credit: "", updatedBy: "" });
    await ceiling({ credit: "10", debt: "5" });
    await ceiling({ adjustment: "3", updateMask: { paths: ["adjustment", "debt"] } });
    await ceiling({ credit: "7.5" }, "EUR");
    const { ceilings } = await currencies(tenant.writer).listCeilings({ organization: organization() });
    expect(ceilings).toMatchObject([
      { currency: "EUR", credit: "7.5", updatedBy: tenant.admin.clientId },
      { currency: "VC", credit: "10", adjustment: "3", overdraft: "", debt: "" },
    ]);
    const failure = await failureOf(
      currencies(tenant.writer).updateCeiling({ organization: organization(), currency: "VC" }),
    );
    expect(failure.code).toBe(Code.PermissionDenied);
  });

  it.each([
    ["no currency", { currency: "NONE", credit: "1" }, ["currency"]],
    ["below 0", { currency: "VC", credit: "-1", debt: "x" }, ["credit", "debt"]],
  ])("is none with %s", async (_what, fields, faulty) => {
    const failure = await failureOf(currencies().updateCeiling({ organization: organization(), ...fields }));
    expect(faultyFields(failure)).toEqual(faulty);
  });

  it("bounds a writer's credits and adjustments, an admin's not, and what is known is answered", async () => {
    const key = "before";
    const about = { organization: organization(), customer: tenant.billingId, amount: "50", currency: "VC" };
    const large = { ...about, key, kind: TransferKind.CREDIT };
    await ledger().createTransfer(large);
    await ceiling({ credit: "10", adjustment: "5" });
    expect(await failureOf(transfer(TransferKind.CREDIT, "11"))).toMatchObject(
      exceeded("credit", "10", "11"),
    );
    expect(await failureOf(transfer(TransferKind.ADJUSTMENT, "-6"))).toMatchObject(
      exceeded("adjustment", "5", "6"),
    );
    await transfer(TransferKind.CREDIT, "10");
    await transfer(TransferKind.ADJUSTMENT, "-5");
    await transfer(TransferKind.CREDIT, "11", tenant.admin);
    expect((await ledger().createTransfer(large)).receipt?.replay).toBe(true);
    await transfer(TransferKind.CHARGE, "100");
    await ceiling({ credit: "" });
    await transfer(TransferKind.CREDIT, "11");
  });

  it("says how far a writer's capture may go into debt; without one that is for an admin", async () => {
    // 1 is held and 99 are there beside it.
    expect(await failureOf(capture("1000000"))).toMatchObject(exceeded("overdraft", "100", "1000000"));
    await ceiling({ overdraft: "20" });
    expect(await failureOf(capture("121"))).toMatchObject({ reason: "CEILING_EXCEEDED" });
    expect((await capture("50")).receipt?.transfer?.amount).toBe("50");
    await capture("1000000", tenant.admin);
  });

  it("gives way to what an admin has said of the customer", async () => {
    await ledger(tenant.admin).setLimit({
      ...{ organization: organization(), customer: tenant.billingId, currency: "VC" },
      captureOverdraft: "30",
    });
    // As before: as far as the customer's own overdraft goes, and no further.
    expect((await capture("1000")).receipt?.transfer?.amount).toBe("130");
  });
});

describe("a ceiling for debt", () => {
  const setLimit = (fields: object, as = tenant.writer) =>
    ledger(as).setLimit({
      ...{ organization: organization(), customer: tenant.billingId, currency: "VC" },
      ...fields,
    });

  it("lets a writer set limits, as far as it says, and none without it", async () => {
    const denied = { code: Code.PermissionDenied, message: expect.stringContaining("with role admin") };
    expect(await failureOf(setLimit({ minimumBalance: "0" }))).toMatchObject(denied);
    await ceiling({ debt: "40", overdraft: "5" });
    await setLimit({ minimumBalance: "-40", captureOverdraft: "5" });
    expect(await failureOf(setLimit({ minimumBalance: "-41" }))).toMatchObject(exceeded("debt", "40", "41"));
    const expireTime = timestampFromMs(Date.now() + 60_000);
    expect(await failureOf(setLimit({ minimumBalance: "-41", expireTime }))).toMatchObject(
      exceeded("debt", "40", "41"),
    );
    expect(await failureOf(setLimit({ captureOverdraft: "6" }))).toMatchObject(
      exceeded("overdraft", "5", "6"),
    );
    await setLimit({ minimumBalance: "-1000" }, tenant.admin);
    const { available } = await ledger().getBalance({
      ...{ organization: organization(), customer: tenant.billingId, currency: "VC" },
    });
    expect(available).toBe("1100");
  });

  it("lets a writer clear what an admin has set as far as what then holds is within it", async () => {
    await ceiling({ debt: "40", overdraft: "5" });
    const currency = (captureOverdraft: string) =>
      currencies().updateCurrency({ organization: organization(), code: "VC", captureOverdraft });
    await currencies().createCurrency({
      ...{ organization: organization(), code: "VC", captureOverdraft: "1000", creditLimit: "50" },
    });
    const admins = { minimumBalance: "10", captureOverdraft: "0" };
    await setLimit(admins, tenant.admin);
    expect(await failureOf(setLimit({ captureOverdraft: "" }))).toMatchObject(
      exceeded("overdraft", "5", "1000"),
    );
    // Nothing would bound captures of admins.
    await currency("");
    expect(await failureOf(setLimit({ captureOverdraft: "" }))).toMatchObject({
      code: Code.PermissionDenied,
    });
    await currency("5");
    expect((await setLimit({ captureOverdraft: "" })).account?.captureOverdraft).toBeUndefined();
    const { customers } = connectClients(service.url, tenant.admin);
    const customer = tenant.billingId;
    await customers.updateCustomer({
      ...{ organization: organization(), customer, billingType: BillingType.POSTPAID },
    });
    expect(await failureOf(setLimit({}))).toMatchObject(exceeded("debt", "40", "50"));
    // What a limit of an admin's says stays, whatever is said of captures.
    await setLimit({ minimumBalance: "-1000" }, tenant.admin);
    await setLimit({ captureOverdraft: "3" });
  });

  it("lets a writer make customers postpaid, as far as they may then owe", async () => {
    const { customers } = connectClients(service.url, tenant.writer);
    const billingType = BillingType.POSTPAID;
    const create = (name: string) =>
      customers.createCustomer({ organization: organization(), name, billingType });
    const update = () =>
      customers.updateCustomer({ organization: organization(), customer: tenant.billingId, billingType });
    await create("owes nothing");
    await currencies().createCurrency({ organization: organization(), code: "VC", creditLimit: "30" });
    for (const attempt of [() => create("might owe"), update])
      expect(await failureOf(attempt())).toMatchObject(exceeded("debt", "0", "30"));
    await ceiling({ debt: "30" });
    await create("may owe");
    await update();
  });
});

describe("a charger", () => {
  it("charges, holds and looks up what that is about, and does nothing else", async () => {
    const { credentials } = connectClients(service.url, tenant.admin);
    const { credential, clientSecret } = await credentials.createCredential({
      organization: organization(),
      role: 4,
    });
    const charger = { clientId: credential?.clientId ?? "", clientSecret };
    await transfer(TransferKind.CHARGE, "1", charger);
    await capture("1", charger);
    const which = { organization: organization(), customer: tenant.billingId, currency: "VC" };
    await ledger(charger).getBalance(which);
    for (const kind of [TransferKind.CREDIT, TransferKind.ADJUSTMENT])
      expect((await failureOf(transfer(kind, "1", charger))).message).toMatch(/with role .*writer or admin/);
    const batch = [TransferKind.CHARGE, TransferKind.CREDIT].map((kind) => ({
      ...{ customer: tenant.billingId, amount: "1", currency: "VC", kind },
    }));
    const asked = { organization: organization(), requests: batch };
    expect((await failureOf(ledger(charger).batchCreateTransfers(asked))).code).toBe(Code.PermissionDenied);
    expect((await failureOf(ledger(charger).listTransfers({ organization: organization() }))).code).toBe(
      Code.PermissionDenied,
    );
  });
});
