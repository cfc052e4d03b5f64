import { setTimeout as sleep } from "node:timers/promises";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { failureOf, faultyFields } from "../support/failure.ts";
import { restClient } from "../support/rest.ts";
import { startService, type Tenant, type TestService } from "../support/service.ts";
import { until } from "../support/until.ts";
import { ledgerCalls, transferIdOf } from "./ledger-calls.ts";

let service: TestService;
let tenant: Tenant;
let calls: ReturnType<typeof ledgerCalls>;
beforeAll(async () => {
  service = await startService();
});
beforeEach(async () => {
  tenant = await service.tenant({ credits: 100 });
  calls = ledgerCalls(service, tenant);
});
afterAll(() => service.stop());

interface Listed {
  readonly refusals?: readonly {
    readonly reason: string;
    readonly key?: string;
    readonly createTime: string;
  }[];
  readonly nextPageToken?: string;
}

async function list(query = "", as = tenant.reader): Promise<Listed> {
  const path = `/tallystick/v1/organizations/${tenant.orgName}/refusals`;
  return (await restClient(service.url, as).get(`${path}${query}`)).body as Listed;
}

/** They are kept beside the batches, so a list is asked for until so many are in it. */
const untilListed = (count: number, query = "") =>
  until(async () => {
    const listed = await list(query);
    return listed.refusals?.length === count && listed;
  });

it("says why an operation was refused, and who asked for it, over REST", async () => {
  await calls.hold("30");
  await failureOf(calls.charge("71", { key: "order-7" }));
  const { refusals } = await untilListed(1);
  expect(refusals).toEqual([
    {
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      createTime: expect.stringMatching(/Z$/),
      reason: "INSUFFICIENT_FUNDS",
      figures: expect.objectContaining({ available: "70", required: "71", held: "30" }),
      kind: "OPERATION_KIND_CHARGE",
      customerId: tenant.billingId,
      key: "order-7",
      createdBy: tenant.writer.clientId,
      requestId: expect.stringMatching(/./),
    },
  ]);
});

it("lists them newest first, by customer and reason, in pages", async () => {
  const charge = transferIdOf(await calls.charge("10"));
  await failureOf(calls.charge("1000", { key: "a" }));
  await failureOf(calls.refund(charge, { amount: "11", key: "b" }));
  await failureOf(calls.charge("1", { customer: "nobody@example.com", key: "c" }));
  await failureOf(calls.charge("2000", { key: "d" }));
  const keys = ({ refusals }: Listed) => refusals?.map(({ key }) => key);
  expect(keys(await untilListed(4))).toEqual(["d", "c", "b", "a"]);
  expect(keys(await list("?reason=INSUFFICIENT_FUNDS"))).toEqual(["d", "a"]);
  expect(keys(await list(`?customer=customer@${tenant.orgName}.example`))).toEqual(["d", "b", "a"]);
  const first = await list("?pageSize=3");
  expect(keys(first)).toEqual(["d", "c", "b"]);
  const last = await list(`?pageSize=3&pageToken=${first.nextPageToken}`);
  expect([keys(last), last.nextPageToken]).toEqual([["a"], undefined]);
});

it("lists those of a period: at or after its start, and before its end", async () => {
  for (const key of ["a", "b", "c"]) {
    await failureOf(calls.charge("1000", { key }));
    // Each of a moment of its own.
    await sleep(2);
  }
  const { refusals } = await untilListed(3);
  const [c, b, a] = refusals?.map(({ createTime }) => createTime) ?? [];
  const keys = async (query: string) => (await list(query)).refusals?.map(({ key }) => key);
  expect(await keys(`?startTime=${b}`)).toEqual(["c", "b"]);
  expect(await keys(`?endTime=${b}`)).toEqual(["a"]);
  expect(await keys(`?startTime=${a}&endTime=${c}&reason=INSUFFICIENT_FUNDS`)).toEqual(["b", "a"]);
  expect(await keys(`?startTime=${a}&endTime=${a}`)).toBeUndefined();
  expect(await keys("?endTime=1969-01-01T00:00:00Z")).toBeUndefined();
  const turned = { startTime: timestampFromMs(2), endTime: timestampFromMs(1) };
  expect(
    faultyFields(await failureOf(calls.ledger.listRefusals({ organization: tenant.orgId, ...turned }))),
  ).toEqual(["endTime"]);
});

it.each([
  ["NO_FUNDS", ""],
  ["INSUFICIENT_FUNDS", "; did you mean INSUFFICIENT_FUNDS?"],
  ["insufficient_funds", "; did you mean INSUFFICIENT_FUNDS?"],
  ["INVALID_FIELDS", ""],
])("refuses %s, for which none is ever noted", async (reason, meant) => {
  const failure = await failureOf(calls.ledger.listRefusals({ organization: tenant.orgId, reason }));
  expect(failure).toMatchObject({ code: Code.InvalidArgument, reason: "INVALID_FIELDS" });
  expect(failure.violations).toMatchObject([
    {
      field: "reason",
      description: `is not a reason for which an operation is refused, such as INSUFFICIENT_FUNDS${meant}`,
    },
  ]);
});

it("keeps each line of a batch, and nothing of what was only tried", async () => {
  const row = { customer: tenant.billingId, kind: 2, currency: "VC" };
  const requests = [
    { ...row, amount: "200", key: "a" },
    { ...row, amount: "1", key: "b" },
    { ...row, amount: "0.5", key: "c" },
  ];
  const organization = tenant.orgId;
  await calls.ledger.batchCreateTransfers({ organization, requests, validateOnly: true });
  await calls.ledger.batchCreateTransfers({ organization, requests });
  await failureOf(calls.charge("300", { key: "d" }));
  const { refusals } = await untilListed(3);
  expect(refusals?.map(({ reason, key }) => [reason, key]).sort()).toEqual([
    ["INSUFFICIENT_FUNDS", "a"],
    ["INSUFFICIENT_FUNDS", "d"],
    ["TOO_MANY_PLACES", "c"],
  ]);
});

it("is for the organization's own readers", async () => {
  await failureOf(calls.charge("1000"));
  await untilListed(1);
  const other = await service.tenant();
  const theirs = ledgerCalls(service, other).ledger;
  expect((await theirs.listRefusals({ organization: other.orgId })).refusals).toEqual([]);
  expect((await failureOf(theirs.listRefusals({ organization: tenant.orgId }))).code).toBe(
    Code.PermissionDenied,
  );
  const asked = { organization: tenant.orgId, pageSize: -1, pageToken: "x" };
  expect(faultyFields(await failureOf(calls.ledger.listRefusals(asked)))).toEqual([
    ...["pageSize", "pageToken"],
  ]);
  const unknown = calls.ledger.listRefusals({ organization: tenant.orgId, customer: "nobody@example.com" });
  expect((await failureOf(unknown)).code).toBe(Code.NotFound);
});
