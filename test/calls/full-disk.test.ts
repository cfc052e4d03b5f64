import { Code, ConnectError } from "@connectrpc/connect";
import { RetryInfoSchema } from "../../gen/google/rpc/error_details_pb.ts";
import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { emptyDisk, fillDisk } from "../support/full-disk.ts";
import { untilReady } from "../support/ready.ts";
import { connectClients, startService, type TestService } from "../support/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

it("refuses changes with a reason, while reads go on and the instance stays in service", async () => {
  const { orgId: organization, billingId: customer, admin } = await service.tenant({ credits: 100 });
  const { ledger } = connectClients(service.url, admin);
  const of = { organization, customer, currency: "VC" };
  const charge = () =>
    ledger.createTransfer({ ...of, kind: TransferKind.CHARGE, amount: "1", key: "once" }).then(
      () => undefined,
      (error: unknown) => ConnectError.from(error),
    );

  await fillDisk(service.databaseUrl);
  const refused = await charge();
  expect(refused?.code).toBe(Code.Unavailable);
  expect(refused?.rawMessage).toMatch(/^the database takes no changes for now: it is read-only, full/);
  expect(refused?.findDetails(RetryInfoSchema)).toHaveLength(1);
  expect((await ledger.getBalance(of)).posted).toBe("100");
  await untilReady(service.url);
  expect(service.logged.map((line) => JSON.parse(line))).toContainEqual(
    expect.objectContaining({
      msg: "the database takes no changes for now",
      "53100": 1,
      says: ["could not extend file: No space left on device"],
    }),
  );

  await emptyDisk(service.databaseUrl);
  expect(await charge()).toBeUndefined();
  expect((await ledger.getBalance(of)).posted).toBe("99");
});
