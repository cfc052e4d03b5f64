import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { v7 as uuidv7 } from "uuid";
import { FrontierService } from "../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { AppGroupService } from "../gen/tallystick/apigee/x/v1/app_group_pb.ts";
import { DeveloperService } from "../gen/tallystick/apigee/x/v1/developer_pb.ts";
import { TransferKind } from "../gen/tallystick/v1/ledger_pb.ts";
import { rowBytesMax } from "../src/store/driver/statements/portion.ts";
import { apigee, developerOf } from "./apigee-x/client.ts";
import { failureOf, faultyFields } from "./support/failure.ts";
import { basic, connectClients, startService, type TestService } from "./support/service.ts";
import { withSql } from "./support/sql.ts";

// What is read at once is bounded in rows, so a row is bounded in bytes, whoever wrote it and through which face.

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

/** Of characters that take three bytes, as many as there may be. */
const wide = (characters: number) => "€".repeat(characters);
const json = (bytes: number) => ({ text: "x".repeat(bytes - 11) });
const attributes = (count: number, value: string) =>
  Array.from({ length: count }, (_, index) => ({ name: `name-${index}`, value }));

it("no row of any table is larger than what is read at once allows for", async () => {
  const tenant = await service.tenant({ credits: 1_000 });
  const { orgId, billingId, orgName } = tenant;
  const { frontier, ledger, customers, currencies, organizations } = connectClients(
    service.url,
    service.platform,
  );
  const { admin } = connectClients(service.url, service.platform);

  const usageId = uuidv7();
  const words = {
    source: wide(1_024),
    description: wide(16_384),
    userId: wide(1_024),
    metadata: json(65_536),
  };
  await frontier.createBillingUsage({ orgId, usages: [{ id: usageId, amount: 2n, ...words }] });
  await admin.revertBillingUsage({ orgId, billingId, usageId, amount: 1n });
  const said = {
    ...{ description: wide(1_024), source: wide(255), userId: wide(255), metadata: json(16_384) },
    ...{ organization: orgId, customer: billingId, amount: "1", currency: "VC" },
  };
  await ledger.createTransfer({ ...said, kind: TransferKind.CREDIT, key: wide(255) });
  const { receipt } = await ledger.createHold({ ...said, key: `${wide(254)}h` });
  const { description, metadata } = said;
  const hold = receipt?.hold?.id ?? "";
  await ledger.captureHold({ organization: orgId, hold, description, metadata, key: `${wide(254)}c` });

  const most = { name: wide(255), email: `${"a".repeat(240)}@example.com` };
  await customers.createCustomer({
    ...{ organization: orgId, ...most },
    attributes: Object.fromEntries(attributes(20, wide(1_024)).map(({ name, value }) => [name, value])),
  });
  await frontier.updateBillingAccount({
    ...{ orgId, id: billingId },
    body: {
      ...{
        ...most,
        email: `b${most.email.slice(1)}`,
        metadata: json(16_384),
        phone: wide(64),
        currency: "usd",
      },
      taxData: Array.from({ length: 40 }, () => ({ type: wide(255), id: wide(255) })),
      address: {
        ...{ line1: wide(255), line2: wide(255), city: wide(255), state: wide(255) },
        ...{ postalCode: wide(255), country: wide(255) },
      },
    },
  });
  const send = apigee(service, tenant);
  const large = attributes(18, "x".repeat(2_048)).map(({ name, value }) => ({
    name: name.padEnd(1_024, "n"),
    value,
  }));
  const developer = developerOf("c@example.com", {
    ...{ firstName: wide(127), lastName: wide(127), userName: wide(255), appFamily: wide(255) },
    attributes: large,
  });
  expect((await send("POST", "/developers", { body: developer })).status).toBe(201);
  const group = {
    name: "g".repeat(255),
    displayName: wide(255),
    channelId: wide(255),
    channelUri: wide(2_048),
  };
  const body = { ...group, attributes: large };
  expect((await send("POST", "/appgroups", { body })).status).toBe(201);
  await currencies.createCurrency({ organization: orgId, code: "VC", virtual: true });
  await organizations.updateOrganization({ organization: orgName, displayName: wide(255) });
  await failureOf(ledger.createTransfer({ ...said, amount: "5000", kind: TransferKind.CHARGE }));

  await withSql(service.databaseUrl, async (sql) => {
    const tables = await sql<
      { name: string }[]
    >`select tablename as name from pg_tables where schemaname = 'public'`;
    const sizes = await Promise.all(
      tables.map(async ({ name }) => {
        const [row] = await sql<
          { bytes: number }[]
        >`select max(octet_length(t::text)) as bytes from ${sql(name)} t`;
        return [name, row?.bytes ?? 0] as const;
      }),
    );
    expect(sizes.filter(([, bytes]) => bytes > rowBytesMax)).toEqual([]);
    // Those that hold a caller's words are seen: they are near to their bounds.
    const large = sizes.filter(([, bytes]) => bytes > 50_000).map(([name]) => name);
    expect(large.sort()).toEqual(["customers", "operations"]);
  });
});

it("what a customer has in lists is bounded as a whole, also where it comes bit by bit", async () => {
  const tenant = await service.tenant();
  const { orgId } = tenant;
  const { customers } = connectClients(service.url, service.platform);
  const customer = uuidv7();
  await customers.createCustomer({ organization: orgId, id: customer, name: "Ann" });
  const add = (from: number, count: number) =>
    customers.updateCustomer({
      ...{ organization: orgId, customer },
      attributes: Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`a${from + index}`, wide(1_024)]),
      ),
    });
  await add(0, 10);
  await add(10, 10);
  expect(faultyFields(await failureOf(add(20, 10)))).toEqual(["attributes"]);
});

it("what is too large is refused by the name that its request has for it, over each protocol", async () => {
  const tenant = await service.tenant();
  const { orgId: organization, billingId } = tenant;
  const send = apigee(service, tenant);
  const fieldsOver = async (method: string, path: string, body: unknown) => {
    const { json } = await send(method, path, { body });
    const details = (json as { error: { details: { fieldViolations?: { field: string }[] }[] } }).error
      .details;
    return details.flatMap(({ fieldViolations = [] }) => fieldViolations.map(({ field }) => field));
  };
  await send("POST", "/developers", { body: developerOf("d@example.com") });
  await send("POST", "/appgroups", { body: { name: "labs" } });
  const grpc = createGrpcTransport({
    baseUrl: service.url,
    interceptors: [
      (next) => (request) => {
        request.header.set("authorization", basic(service.platform));
        return next(request);
      },
    ],
  });
  const developers = createClient(DeveloperService, grpc);
  const groups = createClient(AppGroupService, grpc);
  const { customers } = connectClients(service.url, service.platform);
  const frontier = createClient(FrontierService, grpc);
  const large = attributes(18, wide(2_048));
  const body = { ...developerOf("d@example.com"), attributes: large };
  const group = { name: "labs", attributes: large };
  const developer = "d@example.com";
  const named = { organization, developer };
  const faulty = async (call: Promise<unknown>) => faultyFields(await failureOf(call));

  expect(await fieldsOver("POST", "/developers", { ...body, email: "e@example.com" })).toEqual([
    "attributes",
  ]);
  expect(await fieldsOver("PUT", `/developers/${developer}`, body)).toEqual(["attributes"]);
  expect(await fieldsOver("POST", `/developers/${developer}/attributes`, { attribute: large })).toEqual([
    "attribute",
  ]);
  expect(await faulty(developers.createDeveloper({ organization, body }))).toEqual(["body.attributes"]);
  expect(await faulty(developers.updateDeveloper({ ...named, body }))).toEqual(["body.attributes"]);
  expect(await faulty(developers.updateDeveloperAttributes({ ...named, attribute: large }))).toEqual([
    "attribute",
  ]);
  expect(await faulty(groups.createAppGroup({ organization, body: group }))).toEqual(["body.attributes"]);
  expect(await faulty(groups.updateAppGroup({ organization, appGroup: "labs", body: group }))).toEqual([
    "body.attributes",
  ]);
  const most = { ...named, attribute: large.slice(0, 10) };
  await developers.updateDeveloperAttributes(most);
  const one = { ...named, name: "one", body: { name: "one", value: wide(2_048) } };
  expect(await faulty(developers.updateDeveloperAttribute(one))).toEqual(["body.value"]);
  expect(await fieldsOver("POST", `/developers/${developer}/attributes/one`, one.body)).toEqual(["value"]);
  const values = Object.fromEntries(large.map(({ name, value }) => [name, value]));
  expect(await faulty(customers.createCustomer({ organization, attributes: values }))).toEqual([
    "attributes",
  ]);
  const taxData = Array.from({ length: 100 }, () => ({ type: wide(255), id: wide(255) }));
  const taxed = { orgId: organization, id: billingId, body: { name: "Ann", taxData } };
  expect(await faulty(frontier.updateBillingAccount(taxed))).toEqual(["body.tax_data"]);
});
