import { Code, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { FrontierService } from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { CustomerService } from "../../gen/tallystick/v1/customer_pb.ts";
import { LedgerService, TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { basic, startService, type Tenant, type TestService } from "../support/service.ts";

/** What gRPC clients take by default. */
const answerBytesMax = 4 * 1024 * 1024;

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
  tenant = await service.tenant({ credits: 1 });
});
afterAll(() => service.stop());

function clients() {
  const transport = createGrpcTransport({
    baseUrl: service.url,
    readMaxBytes: answerBytesMax,
    interceptors: [
      (next) => (request) => {
        request.header.set("authorization", basic(tenant.writer));
        return next(request);
      },
    ],
  });
  return {
    ledger: createClient(LedgerService, transport),
    customers: createClient(CustomerService, transport),
    frontier: createClient(FrontierService, transport),
  };
}

const rows = (count: number, metadataBytes: number) =>
  Array.from({ length: count }, () => ({
    customer: tenant.billingId,
    kind: TransferKind.CREDIT,
    amount: "1",
    currency: "VC",
    metadata: { note: "x".repeat(metadataBytes) },
  }));

it.each([true, false])(
  "a batch (atomic: %s) whose answer would not fit is refused, and nothing is booked",
  async (atomic) => {
    const { ledger } = clients();
    const organization = tenant.orgId;
    const balance = () => ledger.getBalance({ organization, customer: tenant.billingId, currency: "VC" });
    const { version } = await balance();
    const failure = await failureOf(
      ledger.batchCreateTransfers({ organization, requests: rows(1_000, 3_900), atomic }),
    );
    expect([failure.code, ...faultyFields(failure)]).toEqual([Code.InvalidArgument, "requests"]);
    expect((await balance()).version).toBe(version);
  },
);

it("the largest answers fit: a batch that is just taken, and every page of what it booked", async () => {
  const { ledger, frontier } = clients();
  const organization = tenant.orgId;
  const { results } = await ledger.batchCreateTransfers({
    organization,
    requests: rows(250, 15_500),
    atomic: true,
  });
  expect(results).toHaveLength(250);
  const [first] = results;
  const account = first?.result.case === "receipt" ? first.result.value.accountId : "";
  await ledger.batchCreateTransfers({ organization, requests: rows(250, 15_500), atomic: false });

  for (const asked of [{}, { ascending: true }, { account }]) {
    const ids = new Set<string>();
    let pageToken = "";
    do {
      const page = await ledger.listTransfers({ organization, ...asked, pageSize: 1_000, pageToken });
      for (const { id } of page.transfers) ids.add(id);
      // Oldest first each page has a token, and the end is a page without rows.
      pageToken = page.transfers.length === 0 ? "" : page.nextPageToken;
    } while (pageToken !== "");
    expect(ids.size).toBe(501);
  }
  const { orgId } = tenant;
  expect(await failureOf(frontier.listBillingTransactions({ orgId }))).toMatchObject({
    reason: "RESULT_TOO_LARGE",
  });
  const page = await frontier.listBillingTransactions({ orgId, pageSize: 1_000 });
  expect(page.transactions.length).toBeGreaterThan(100);
  expect(page.nextPageToken).not.toBe("");
});

it("no answer is too large over REST, where a control character takes six bytes", async () => {
  const other = await service.tenant({ credits: 1 });
  const transfers = `${service.url}/tallystick/v1/organizations/${other.orgId}/transfers`;
  const headers = { authorization: basic(other.writer), "content-type": "application/json" };
  const control = (characters: number) => "\u0001".repeat(characters);
  const request = {
    customer: other.billingId,
    kind: "TRANSFER_KIND_CREDIT",
    amount: "1",
    currency: "VC",
    description: control(1_024),
    source: control(255),
    userId: control(255),
  };
  const requests = Array.from({ length: 400 }, () => request);
  for (const atomic of [true, false]) {
    const body = JSON.stringify({ atomic, requests });
    const answer = await fetch(`${transfers}:batchCreate`, { method: "POST", headers, body });
    expect(answer.status).toBe(200);
    expect((await answer.arrayBuffer()).byteLength).toBeLessThanOrEqual(answerBytesMax);
  }
  for (const order of ["", "&ascending=true"]) {
    const answer = await fetch(`${transfers}?pageSize=900${order}`, { headers });
    const text = await answer.text();
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(answerBytesMax);
    const page = JSON.parse(text);
    expect(page.transfers.length).toBeGreaterThan(200);
    expect(page.nextPageToken).not.toBe("");
  }
});

it.each(["a".repeat(60_000), "\u00e4".repeat(60_000), "\u{1f600}".repeat(30_000)])(
  "an error that repeats what a caller wrote at length comes over gRPC",
  async (name) => {
    const { customers } = clients();
    const failure = await failureOf(
      customers.createCustomer({ organization: tenant.orgId, attributes: { [name]: "x".repeat(2_000) } }),
    );
    expect(failure).toMatchObject({ code: Code.InvalidArgument, reason: "INVALID_FIELDS" });
  },
);

it("a page token is refused by another listing, and by the same one with another filter", async () => {
  const { ledger } = clients();
  const organization = tenant.orgId;
  await service.credit(tenant, "1");
  const { nextPageToken: pageToken } = await ledger.listTransfers({ organization, pageSize: 1 });
  for (const call of [
    ledger.listHolds({ organization, pageToken }),
    ledger.listTransfers({ organization, pageToken, kind: TransferKind.CHARGE }),
  ])
    expect(faultyFields(await failureOf(call))).toEqual(["page_token"]);
});
