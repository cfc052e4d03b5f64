import {
  type DescMethod,
  type DescMethodUnary,
  fromJson,
  type JsonObject,
  type Message,
} from "@bufbuild/protobuf";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import { Scope } from "../gen/tallystick/options/v1/options_pb.ts";
import { roleMessages } from "../src/api/native/credentials/credential-message.ts";
import { services } from "../src/api/services.ts";
import { accessOf } from "../src/api/shared/access.ts";
import type { App } from "../src/app.ts";
import { type Role, roles, rolesWith } from "../src/auth/permissions.ts";
import { failureOf } from "./support/failure.ts";
import { type RestClient, restClient } from "./support/rest.ts";
import {
  connectClients,
  connectTransport,
  startService,
  type Tenant,
  type TestCredential,
  type TestService,
} from "./support/service.ts";
import { Random, seedOf } from "./workload/random.ts";

let service: TestService;
let own: Tenant;
let other: Tenant;
beforeAll(async () => {
  service = await startService();
  own = await service.tenant({ credits: 100 });
  other = await service.tenant({ credits: 100 });
});
afterAll(() => service.stop());

/** What a caller might name: of an organization that exists, or of one that does not. */
interface Named {
  readonly orgId: string;
  readonly orgName: string;
  readonly billingId: string;
  readonly email: string;
  readonly clientId: string;
}

const existing = (): Named => ({
  orgId: other.orgId,
  orgName: other.orgName,
  billingId: other.billingId,
  email: `customer@${other.orgName}.example`,
  clientId: other.reader.clientId,
});
const missing = (): Named => ({
  orgId: uuidv7(),
  orgName: "tenant-77",
  billingId: uuidv7(),
  email: "customer@tenant-77.example",
  clientId: uuidv7(),
});

const usages = [{ id: "018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f", amount: "1", source: "api" }];
const transfer = (customer: string) => ({
  customer,
  kind: "TRANSFER_KIND_CREDIT",
  amount: "1",
  currency: "VC",
});
const hold = (customer: string) => ({ customer, amount: "1", currency: "VC" });
const frontier = "/raystack.frontier.v1beta1.FrontierService";

type Probe = readonly [
  what: string,
  ask: (client: RestClient, named: Named) => ReturnType<RestClient["get"]>,
];

const organizationProbes: readonly Probe[] = (["orgId", "orgName"] as const).flatMap((as): Probe[] => [
  [`GetOrganization by ${as}`, (client, named) => client.get(`/tallystick/v1/organizations/${named[as]}`)],
  [
    `ListCredentials by ${as}`,
    (client, named) => client.get(`/tallystick/v1/organizations/${named[as]}/credentials`),
  ],
  [
    `CreateCredential by ${as}`,
    (client, named) =>
      client.post(`/tallystick/v1/organizations/${named[as]}/credentials`, { role: "ROLE_ADMIN" }),
  ],
  [
    `RevokeCredential by ${as}`,
    (client, named) =>
      client.post(`/tallystick/v1/organizations/${named[as]}/credentials/${named.clientId}:revoke`, {}),
  ],
  [
    `CreateTransfer by ${as}`,
    (client, named) =>
      client.post(`/tallystick/v1/organizations/${named[as]}/transfers`, transfer(named.billingId)),
  ],
  ...["transfers", "holds", "accounts", "customers", "currencies"].map(
    (rows): Probe => [
      `list ${rows} by ${as}`,
      (client, named) => client.get(`/tallystick/v1/organizations/${named[as]}/${rows}`),
    ],
  ),
  [
    `GetCustomer by ${as}`,
    (client, named) => client.get(`/tallystick/v1/organizations/${named[as]}/customers/${named.billingId}`),
  ],
  [
    `GetBalance by ${as}`,
    (client, named) =>
      client.get(`/tallystick/v1/organizations/${named[as]}/customers/${named.billingId}/balances/VC`),
  ],
  [
    `SetLimit by ${as}`,
    (client, named) =>
      client.post(
        `/tallystick/v1/organizations/${named[as]}/customers/${named.billingId}/balances/VC:setLimit`,
        {},
      ),
  ],
  [
    `CreateHold by ${as}`,
    (client, named) => client.post(`/tallystick/v1/organizations/${named[as]}/holds`, hold(named.billingId)),
  ],
  [
    `CreateCustomer by ${as}`,
    (client, named) =>
      client.post(`/tallystick/v1/organizations/${named[as]}/customers`, { email: named.email }),
  ],
  [
    `UpdateCurrency by ${as}`,
    (client, named) => client.patch(`/tallystick/v1/organizations/${named[as]}/currencies/USD`, {}),
  ],
  [
    `ListBillingAccounts by ${as}`,
    (client, named) => client.get(`/v1beta1/organizations/${named[as]}/billing`),
  ],
  [
    `CreateBillingAccount by ${as}`,
    (client, named) => client.post(`/v1beta1/organizations/${named[as]}/billing`, { body: { name: "Mine" } }),
  ],
  [
    `GetBillingBalance by ${as}`,
    (client, named) => client.get(`/v1beta1/organizations/${named[as]}/billing/${named.billingId}/balance`),
  ],
  [
    `ListBillingTransactions by ${as}`,
    (client, named) => client.get(`/v1beta1/organizations/${named[as]}/billing/transactions`),
  ],
  [
    `TotalDebitedTransactions by ${as}`,
    (client, named) =>
      client.get(`/v1beta1/organizations/${named[as]}/billing/${named.billingId}/debited_transactions_total`),
  ],
  [
    `CreateBillingUsage by ${as}`,
    (client, named) => client.post("/v1beta1/organizations/billing/usages", { org_id: named[as], usages }),
  ],
  [
    `CheckCreditEntitlement by ${as}`,
    (client, named) => client.post("/v1beta1/billing/check", { org_id: named[as], amount: "1" }),
  ],
  ...["enable", "disable", "register"].map(
    (change): Probe => [
      `${change} a billing account by ${as}`,
      (client, named) =>
        client.post(`/v1beta1/organizations/${named[as]}/billing/${named.billingId}/${change}`, {}),
    ],
  ),
  [
    `UpdateBillingAccount by ${as}`,
    (client, named) =>
      client.put(`/v1beta1/organizations/${named[as]}/billing/${named.billingId}`, { body: {} }),
  ],
  [
    `DeleteBillingAccount by ${as}`,
    (client, named) => client.delete(`/v1beta1/organizations/${named[as]}/billing/${named.billingId}`),
  ],
  [
    `SearchOrganizationTokens by ${as}`,
    (client, named) => client.post(`/v1beta1/admin/organizations/${named[as]}/tokens/search`, {}),
  ],
  [
    `RevertBillingUsage by ${as}`,
    (client, named) =>
      client.post("/v1beta1/organizations/billing/usages/revert", {
        ...{ org_id: named[as], usage_id: usages[0]?.id, amount: "1" },
      }),
  ],
  ...["limits", "details"].map(
    (terms): Probe => [
      `update ${terms} of a billing account by ${as}`,
      (client, named) =>
        client.put(`/v1beta1/admin/organizations/${named[as]}/billing/${named.billingId}/${terms}`, {}),
    ],
  ),
  [
    `GetBillingAccountDetails by ${as}`,
    (client, named) =>
      client.get(`/v1beta1/admin/organizations/${named[as]}/billing/${named.billingId}/details`),
  ],
  [
    `ListAllBillingAccounts by ${as}`,
    (client, named) => client.get(`/v1beta1/admin/billing/accounts?org_id=${named[as]}`),
  ],
]);

const accountProbes: readonly Probe[] = [
  [
    "GetBillingAccount, no organization",
    (client, { billingId: id }) => client.post(`${frontier}/GetBillingAccount`, { id }),
  ],
  [
    "GetBillingBalance, no organization",
    (client, { billingId: id }) => client.post(`${frontier}/GetBillingBalance`, { id }),
  ],
  [
    "ListBillingTransactions, no organization",
    (client, { billingId }) => client.post(`${frontier}/ListBillingTransactions`, { billingId }),
  ],
  [
    "CreateBillingUsage, no organization",
    (client, { billingId }) => client.post(`${frontier}/CreateBillingUsage`, { billingId, usages }),
  ],
  ...(["UpdateBillingAccount", "EnableBillingAccount", "DisableBillingAccount"] as const).map(
    (method): Probe => [
      `${method}, no organization`,
      (client, { billingId: id }) => client.post(`${frontier}/${method}`, { id, body: {} }),
    ],
  ),
  [
    "DeleteBillingAccount, no organization",
    (client, { billingId: id }) => client.post(`${frontier}/DeleteBillingAccount`, { id }),
  ],
  [
    "GetBillingAccount, own organization",
    (client, { billingId }) => client.get(`/v1beta1/organizations/${own.orgId}/billing/${billingId}`),
  ],
  [
    "CreateBillingUsage, own organization",
    (client, { billingId }) =>
      client.post(`/v1beta1/organizations/${own.orgId}/billing/${billingId}/usages`, { usages }),
  ],
  [
    "CreateTransfer, own organization, customer by id",
    (client, { billingId }) =>
      client.post(`/tallystick/v1/organizations/${own.orgId}/transfers`, transfer(billingId)),
  ],
  [
    "CreateTransfer, own organization, customer by email",
    (client, { email }) =>
      client.post(`/tallystick/v1/organizations/${own.orgId}/transfers`, transfer(email)),
  ],
  ...(["billingId", "email"] as const).flatMap((as): Probe[] => [
    [
      `GetCustomer, own organization, by ${as}`,
      (client, named) => client.get(`/tallystick/v1/organizations/${own.orgId}/customers/${named[as]}`),
    ],
    [
      `UpdateCustomer, own organization, by ${as}`,
      (client, named) => client.patch(`/tallystick/v1/organizations/${own.orgId}/customers/${named[as]}`, {}),
    ],
    [
      `GetBalance, own organization, by ${as}`,
      (client, named) =>
        client.get(`/tallystick/v1/organizations/${own.orgId}/customers/${named[as]}/balances/VC`),
    ],
    [
      `SetLimit, own organization, by ${as}`,
      (client, named) =>
        client.post(
          `/tallystick/v1/organizations/${own.orgId}/customers/${named[as]}/balances/VC:setLimit`,
          {},
        ),
    ],
    [
      `CreateHold, own organization, by ${as}`,
      (client, named) => client.post(`/tallystick/v1/organizations/${own.orgId}/holds`, hold(named[as])),
    ],
    ...["transfers", "holds", "accounts"].map(
      (rows): Probe => [
        `list ${rows}, own organization, by ${as}`,
        (client, named) =>
          client.get(`/tallystick/v1/organizations/${own.orgId}/${rows}?customer=${named[as]}`),
      ],
    ),
  ]),
  [
    "RevokeCredential, own organization",
    (client, { clientId }) =>
      client.post(`/tallystick/v1/organizations/${own.orgId}/credentials/${clientId}:revoke`, {}),
  ],
];

const platformProbes: readonly Probe[] = [
  [
    "CreateOrganization with a name",
    (client, { orgName }) => client.post("/tallystick/v1/organizations", { name: orgName }),
  ],
  [
    "CreateOrganization with an id",
    (client, { orgId }) => client.post("/tallystick/v1/organizations", { name: "mine", id: orgId }),
  ],
  [
    "RevokeCredential of the platform",
    (client, { clientId }) => client.post(`/tallystick/v1/credentials/${clientId}:revoke`, {}),
  ],
];

/** The status and the body of an answer, without what the caller itself had named. */
async function answer(
  [, ask]: Probe,
  as: TestCredential,
  named: Named,
): Promise<{ status: number; body: string }> {
  const { status, body } = await ask(restClient(service.url, as), named);
  const text = JSON.stringify(body).replace(/"value":"([^"]*)"/g, readable);
  const anonymous = Object.entries(named).reduce(
    (left, [what, name]) => left.replaceAll(name, `<${what}>`),
    text,
  );
  return { status, body: anonymous };
}

/** The details of a Connect error come in binary. */
function readable(_match: string, base64: string): string {
  return JSON.stringify(Buffer.from(base64, "base64").toString("latin1"));
}

describe("an organization's admin learns nothing of another organization", () => {
  it.each([...organizationProbes, ...platformProbes])("%s", async (...probe) => {
    const learned = await answer(probe, own.admin, existing());
    expect(learned).toEqual(await answer(probe, own.admin, missing()));
    expect(learned.status).toBe(403);
  });

  it.each(accountProbes)("%s", async (...probe) => {
    const learned = await answer(probe, own.admin, existing());
    expect(learned).toEqual(await answer(probe, own.admin, missing()));
    expect(learned.status).toBe(404);
  });

  it("and changes nothing there", async () => {
    const { frontier: theirs, credentials } = connectClients(service.url, other.admin);
    const { orgId } = other;
    expect((await theirs.getBillingBalance({ orgId })).balance?.amount).toBe(100n);
    expect((await theirs.listBillingTransactions({ orgId })).transactions).toHaveLength(1);
    expect((await theirs.listBillingAccounts({ orgId })).billingAccounts).toHaveLength(1);
    const { credentials: listed } = await credentials.listCredentials({ organization: orgId });
    expect(listed.map(({ revokeTime }) => revokeTime)).toEqual([undefined, undefined, undefined]);
  });
});

/** Who is a stranger is found out before what is named, so each of these names its organization in one of the two ways. */
const half = organizationProbes.length / 2;
const strangersProbes = [
  ...organizationProbes.filter((_, index) => (index % half) % 2 === (index < half ? 0 : 1)),
  ...accountProbes,
  ...platformProbes,
];
/** A wrong secret is remembered for a second: on a slow machine each answer of one id's takes something of its budget, which is ten. */
const answersOfOneId = 8;
it.each(strangersProbes.map((probe, index) => [...probe, index] as const))(
  "a stranger learns nothing: %s",
  async (name, ask, index) => {
    const probe = [name, ask] as const;
    const clientId = `stranger ${Math.floor((2 * index) / answersOfOneId)}`;
    const stranger = { clientId, clientSecret: "wrong" };
    const learned = await answer(probe, stranger, existing());
    expect(learned).toEqual(await answer(probe, stranger, missing()));
    expect(learned.status).toBe(401);
  },
);

describe("of every method, as its option says", () => {
  const methods = services({} as App)
    .flatMap(({ desc }) => desc.methods)
    .map((method) => ({
      path: `${method.parent.typeName}/${method.name}`,
      method,
      access: accessOf(method as DescMethodUnary),
    }));
  type Method = (typeof methods)[number];

  const ask = async ({ method }: Method, as: TestCredential, request: JsonObject) => {
    const { code, reason } = await failureOf(called(method, as, request));
    return { code, reason };
  };
  /** The same of a caller without the right, who is told which roles have it, and where. */
  const askInVain = async ({ method, access }: Method, as: TestCredential, request: JsonObject) => {
    const { code, reason, message } = await failureOf(called(method, as, request));
    const where = access.scope === Scope.PLATFORM ? "platform" : "organization";
    expect(message).toBe(
      `this needs a credential with role ${choiceOf(rolesWith(access.permissions))} of the ${where}`,
    );
    return { code, reason };
  };
  const naming = ({ access }: Method, orgId: string) =>
    access.organization === undefined ? {} : { [access.organization.name]: orgId };
  /** A credential of each role, in an organization in which they may change whatever an empty request changes. */
  const ofRoles = new Map<Role, TestCredential>();
  let walked: Tenant;
  beforeAll(async () => {
    walked = await service.tenant();
    const { credentials } = connectClients(service.url, walked.admin);
    for (const role of roles) {
      const request = { organization: walked.orgId, role: roleMessages[role] };
      const { credential, clientSecret } = await credentials.createCredential(request);
      ofRoles.set(role, { clientId: credential?.clientId ?? "", clientSecret });
    }
  });
  const may = ({ access }: Method, role: Role) =>
    access.scope !== Scope.PLATFORM && rolesWith(access.permissions).includes(role);
  const denied = { code: Code.PermissionDenied, reason: "PERMISSION_DENIED" };

  it("there are some of each kind", () => {
    expect(methods.length).toBeGreaterThan(70);
    for (const role of roles) {
      expect(methods.filter((method) => may(method, role)).length).toBeGreaterThan(10);
      expect(methods.filter((method) => !may(method, role)).length).toBeGreaterThan(3);
    }
  });

  // Which role has a permission is one table, so of those that have it one is tried, and of those that have not.
  const random = new Random(seedOf("tenancy"));
  it.each(methods)(
    "$path: is forbidden to a role that has not its permission, and to no other",
    async (method) => {
      const [able, unable] = [
        roles.filter((role) => may(method, role)),
        roles.filter((role) => !may(method, role)),
      ];
      for (const role of [random.pick(able), random.pick(unable)].filter((each) => each !== undefined)) {
        const as = ofRoles.get(role) as TestCredential;
        const request = naming(method, walked.orgId);
        if (!may(method, role))
          expect({ role, ...(await askInVain(method, as, request)) }).toEqual({ role, ...denied });
        else expect({ role, ...(await outcome(method, as, request)) }).not.toMatchObject(denied);
      }
    },
  );

  it.each(methods.filter(({ access }) => access.organization !== undefined))(
    "$path: another organization is forbidden, whether it exists or not",
    async (method) => {
      const named = random.pick([
        [other.orgId, uuidv7()],
        [other.orgName, "tenant-77"],
      ]);
      for (const orgId of named ?? [])
        expect(await askInVain(method, own.admin, naming(method, orgId))).toEqual(denied);
    },
  );

  it.each(
    methods.filter(({ access }) => access.account !== undefined && access.scope === Scope.ORGANIZATION),
  )(
    "$path: an account of another organization, named alone, is not found, whether it exists or not",
    async (method) => {
      const valid = { usages, body: { name: "x" } };
      for (const id of [other.billingId, uuidv7()]) {
        const request = { ...valid, [method.access.account?.name ?? ""]: id };
        expect(await ask(method, own.admin, request)).toEqual({ code: Code.NotFound, reason: "NOT_FOUND" });
      }
    },
  );

  it.each(methods.filter(({ access }) => access.scope === Scope.ORGANIZATION_OR_PLATFORM))(
    "$path: the platform, which is meant where no organization is named, is forbidden",
    async (method) => {
      expect(await ask(method, own.admin, {})).toEqual(denied);
    },
  );

  it.each(methods)("$path: a stranger is refused", async (method) => {
    const stranger = { clientId: own.writer.clientId, clientSecret: "wrong" };
    expect(await ask(method, stranger, naming(method, own.orgId))).toEqual({
      code: Code.Unauthenticated,
      reason: "UNAUTHENTICATED",
    });
  });
});

/** What becomes of a call that may succeed. */
async function outcome({ method }: { readonly method: DescMethod }, as: TestCredential, request: JsonObject) {
  const code = await called(method, as, request).then(
    () => undefined,
    (error: unknown) => ConnectError.from(error).code,
  );
  return { code };
}

/** As a sentence has it. */
function choiceOf(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** Calls a method, and reads all that it answers. */
async function called(method: DescMethod, as: TestCredential, request: JsonObject): Promise<void> {
  const client: object = createClient(method.parent, connectTransport(service.url, as));
  const message = fromJson(method.input, request, { ignoreUnknownFields: true });
  const answer = await (client as Record<string, (message: Message) => unknown>)[method.localName]?.(message);
  if (method.methodKind === "server_streaming") for await (const _each of answer as AsyncIterable<unknown>);
}
