import { getOption } from "@bufbuild/protobuf";
import { v7 as uuidv7 } from "uuid";
import { http } from "../../gen/google/api/annotations_pb.ts";
import { AdminService } from "../../gen/raystack/frontier/v1beta1/admin_pb.ts";
import { FrontierService } from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { type RestAnswer, restClient } from "../support/rest.ts";
import {
  connectClients,
  startService,
  type Tenant,
  type TestCredential,
  type TestService,
} from "../support/service.ts";

// Every path of Frontier's REST generation: what it answers, and every status of its errors.

let service: TestService;
let stranger: Tenant;
beforeAll(async () => {
  service = await startService();
  stranger = await service.tenant();
});
afterAll(() => service.stop());

/** What a path names. */
interface Names {
  readonly org: string;
  readonly billing: string;
  /** A usage of 10 credits. */
  readonly usage: string;
}

interface Binding {
  readonly verb: "get" | "post" | "put" | "delete";
  /** As in google.api.http. */
  readonly template: string;
  readonly body?: (names: Names) => object;
  /** What a body that does not fit holds; without it an id that is no UUID is what does not fit. */
  readonly badBody?: (names: Names) => object;
  /** The answer, but for ids, times and amounts that `shapeOf` replaces. */
  readonly answer: unknown;
  /** The state that it needs, where that is not an active account with credits. */
  readonly before?: (names: Names) => Promise<unknown>;
}

const platform = () => connectClients(service.url, service.platform);
const disabled = ({ billing }: Names) => platform().frontier.disableBillingAccount({ id: billing });
const emptied = async ({ org, billing }: Names) => {
  await platform().frontier.createBillingUsage({ orgId: org, usages: [{ id: uuidv7(), amount: 90n }] });
  return billing;
};

const account = {
  ...{ id: "a UUID", org_id: "a UUID", name: "Customer", email: "an email", phone: "", address: null },
  ...{ provider_id: "", provider: "", currency: "usd", state: "active", tax_data: [], metadata: null },
  ...{ created_at: "a time", updated_at: "a time", organization: null },
};
const balance = { amount: "a number", currency: "VC", updated_at: "a time" };
const transaction = (shown: object) => ({
  ...{ id: "a UUID", customer_id: "a UUID", source: "", amount: "a number", description: "", user_id: "" },
  ...{ metadata: {}, created_at: "a time", updated_at: "a time", user: null, customer: null, ...shown },
});
const product = {
  ...{
    id: "token",
    name: "token",
    title: "token",
    description: "",
    plan_ids: [],
    state: "active",
    prices: [],
  },
  ...{ behavior: "credits", features: [], metadata: null, created_at: null, updated_at: null },
  behavior_config: {
    credit_amount: "a number",
    seat_limit: "a number",
    min_quantity: "a number",
    max_quantity: "a number",
  },
};
const transactions = {
  transactions: [transaction({ type: "debit", source: "api" }), transaction({ type: "credit" })],
  next_page_token: "",
};
const usages = () => [{ id: uuidv7(), amount: "1", source: "api" }];

const bindings: readonly Binding[] = [
  {
    ...{ verb: "post", template: "/v1beta1/organizations/{org_id}/billing" },
    body: () => ({ body: { name: "Customer", email: "new@example.com" }, offline: true }),
    badBody: () => ({ body: { email: "nobody" } }),
    answer: { billing_account: account },
    before: disabled,
  },
  {
    ...{ verb: "get", template: "/v1beta1/organizations/{org_id}/billing/{id}" },
    answer: { billing_account: account, payment_methods: [], billing_details: null },
  },
  {
    ...{ verb: "put", template: "/v1beta1/organizations/{org_id}/billing/{id}" },
    body: () => ({ body: { name: "Customer", email: "new@example.com" } }),
    badBody: () => ({ body: { email: "nobody" } }),
    answer: { billing_account: account },
  },
  {
    ...{ verb: "post", template: "/v1beta1/organizations/{org_id}/billing/{id}/register" },
    ...{ body: () => ({}), answer: {} },
  },
  {
    ...{ verb: "get", template: "/v1beta1/organizations/{org_id}/billing" },
    answer: { billing_accounts: [account], next_page_token: "" },
  },
  {
    ...{ verb: "delete", template: "/v1beta1/organizations/{org_id}/billing/{id}" },
    ...{ answer: {}, before: emptied },
  },
  {
    ...{ verb: "post", template: "/v1beta1/organizations/{org_id}/billing/{id}/enable" },
    ...{ body: () => ({}), answer: {}, before: disabled },
  },
  {
    ...{ verb: "post", template: "/v1beta1/organizations/{org_id}/billing/{id}/disable" },
    ...{ body: () => ({}), answer: {} },
  },
  {
    ...{ verb: "get", template: "/v1beta1/organizations/{org_id}/billing/{id}/balance" },
    answer: { balance },
  },
  {
    ...{ verb: "get", template: "/v1beta1/organizations/{org_id}/billing/{id}/plans/{plan_id}/trialed" },
    answer: { trialed: false },
  },
  {
    ...{ verb: "post", template: "/v1beta1/billing/check" },
    body: ({ org }) => ({ org_id: org, amount: "90" }),
    badBody: ({ org }) => ({ org_id: org, amount: "-1" }),
    answer: { status: true },
  },
  {
    ...{ verb: "post", template: "/v1beta1/organizations/{org_id}/billing/{billing_id}/usages" },
    body: () => ({ usages: usages() }),
    badBody: () => ({ usages: [] }),
    answer: {},
  },
  {
    ...{ verb: "post", template: "/v1beta1/organizations/billing/usages" },
    body: ({ org, billing }) => ({ org_id: org, billing_id: billing, usages: usages() }),
    badBody: ({ org }) => ({ org_id: org, usages: [] }),
    answer: {},
  },
  {
    ...{ verb: "get", template: "/v1beta1/organizations/{org_id}/billing/{billing_id}/transactions" },
    answer: transactions,
  },
  {
    ...{ verb: "get", template: "/v1beta1/organizations/{org_id}/billing/transactions" },
    answer: transactions,
  },
  {
    ...{
      verb: "get",
      template: "/v1beta1/organizations/{org_id}/billing/{billing_id}/debited_transactions_total",
    },
    answer: { debited: balance },
  },
  {
    ...{ verb: "post", template: "/v1beta1/admin/organizations/{id}/tokens/search" },
    body: () => ({ filters: [{ name: "type", operator: "eq", string_value: "debit" }] }),
    badBody: () => ({ filters: [{ name: "type", operator: "gt", string_value: "debit" }] }),
    answer: {
      organization_tokens: [
        {
          ...{ amount: "a number", type: "debit", description: "", user_id: "", user_title: "" },
          ...{ user_avatar: "", created_at: "a time", org_id: "a UUID", source: "api" },
        },
      ],
      pagination: { offset: 0, limit: 50, total_count: 1 },
      group: null,
    },
  },
  {
    ...{ verb: "get", template: "/v1beta1/admin/billing/accounts" },
    answer: { billing_accounts: [account], next_page_token: "" },
  },
  {
    verb: "post",
    template: "/v1beta1/admin/organizations/{org_id}/billing/{billing_id}/usage/{usage_id}/revert",
    ...{ body: () => ({ amount: "1" }), badBody: () => ({ amount: "0" }), answer: {} },
  },
  {
    ...{ verb: "post", template: "/v1beta1/organizations/billing/usages/revert" },
    body: ({ org, billing, usage }) => ({ org_id: org, billing_id: billing, usage_id: usage, amount: "1" }),
    badBody: ({ org, usage }) => ({ org_id: org, usage_id: usage, amount: "0" }),
    answer: {},
  },
  {
    ...{ verb: "put", template: "/v1beta1/admin/organizations/{org_id}/billing/{id}/limits" },
    ...{ body: () => ({ credit_min: "-1" }), answer: {} },
  },
  {
    ...{ verb: "get", template: "/v1beta1/admin/organizations/{org_id}/billing/{id}/details" },
    answer: { credit_min: "a number", due_in_days: "a number" },
  },
  ...["invoices", "subscriptions", "checkouts"].flatMap((list): Binding[] => {
    const answer = { [list === "checkouts" ? "checkout_sessions" : list]: [] };
    return ["/billing/{billing_id}", "/billing"].map((of) => ({
      ...{ verb: "get", template: `/v1beta1/organizations/{org_id}${of}/${list}`, answer },
    }));
  }),
  ...["/billing/{billing_id}", "/billing"].map(
    (of): Binding => ({
      ...{ verb: "post", template: `/v1beta1/admin/organizations/{org_id}${of}/checkouts` },
      body: () => ({ product_body: { product: "token", quantity: "25" } }),
      badBody: () => ({ product_body: { product: "token", quantity: "-1" } }),
      answer: { subscription: null, product },
    }),
  ),
  {
    ...{ verb: "put", template: "/v1beta1/admin/organizations/{org_id}/billing/{id}/details" },
    body: () => ({ credit_min: "-1", due_in_days: "7" }),
    badBody: () => ({ due_in_days: "-7" }),
    answer: {},
  },
];

it("are all here", () => {
  const declared = [...FrontierService.methods, ...AdminService.methods].flatMap((method) => {
    const rule = getOption(method, http);
    return [rule, ...rule.additionalBindings].flatMap(({ pattern }) =>
      pattern.case === undefined || pattern.case === "custom" ? [] : [`${pattern.case} ${pattern.value}`],
    );
  });
  // What it answers is no JSON: organization-tokens-export.test.ts.
  const streamed = "get /v1beta1/admin/organizations/{id}/tokens/export";
  const tried = bindings.map(({ verb, template }) => `${verb} ${template}`);
  expect([...tried, streamed].sort()).toEqual(declared.sort());
});

/** A tenant with a usage of 10 out of 100 credits. */
async function world(): Promise<{ tenant: Tenant; names: Names }> {
  const tenant = await service.tenant({ credits: 100 });
  const names = { org: tenant.orgId, billing: tenant.billingId, usage: uuidv7() };
  const usage = { id: names.usage, amount: 10n, source: "api" };
  await platform().frontier.createBillingUsage({ orgId: names.org, usages: [usage] });
  return { tenant, names };
}

const namesAccount = ({ template }: Binding) => /\{id\}(?!\/tokens)|\{billing_id\}/.test(template);

function call(
  { verb, template }: Binding,
  of: { names: Names; body: object | undefined; as: TestCredential },
): Promise<RestAnswer> {
  const { names, body = {}, as } = of;
  const path = template
    .replace("{org_id}", names.org)
    .replace(/\{id\}(?=\/tokens)/, names.org)
    .replace(/\{id\}|\{billing_id\}/, names.billing)
    .replace("{usage_id}", names.usage)
    .replace("{plan_id}", uuidv7());
  // The one path that names no organization takes it from the query.
  const query = verb === "get" && !template.includes("{") ? `?org_id=${names.org}` : "";
  const client = restClient(service.url, as);
  if (verb === "get" || verb === "delete") return client[verb](`${path}${query}`);
  return client[verb](path, body);
}

/** Ids, times and amounts replaced by their kind. */
function shapeOf(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body), (key, value: unknown) => {
    if (typeof value !== "string") return value;
    if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)) return "a UUID";
    if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return "a time";
    if (/^-?\d+$/.test(value)) return "a number";
    if (key === "email" && value !== "") return "an email";
    return value;
  });
}

/** google.rpc.Status with the reason in the first detail. */
const status = (code: number, reason: string) => ({
  code,
  message: expect.stringMatching(/./),
  details: expect.arrayContaining([
    expect.objectContaining({
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      ...{ domain: "tallystick", reason },
    }),
  ]),
});

describe.each(bindings.map((binding) => [`${binding.verb} ${binding.template}`, binding] as const))(
  "%s",
  (_path, binding) => {
    const { body, badBody } = binding;
    /** Of what is refused, which changes nothing. */
    let refused: { readonly tenant: Tenant; readonly names: Names };
    beforeAll(async () => {
      refused = await world();
    });

    it("200, in proto names, with int64 as text and what is unset printed", async () => {
      const { names } = await world();
      await binding.before?.(names);
      const answer = await call(binding, { names, body: body?.(names), as: service.platform });
      expect({ status: answer.status, body: shapeOf(answer.body) }).toEqual({
        status: 200,
        body: binding.answer,
      });
    });

    it("400 where something does not fit", async () => {
      const { names } = refused;
      const answer = await (badBody === undefined && !namesAccount(binding)
        ? restClient(service.url, service.platform).get(
            `${binding.template.replace("{org_id}", names.org)}?page_size=-1&billing_id=one`,
          )
        : call(binding, {
            names: badBody === undefined ? { ...names, billing: "one" } : names,
            body: (badBody ?? body)?.(names),
            as: service.platform,
          }));
      expect(answer).toMatchObject({ status: 400, body: status(3, "INVALID_FIELDS") });
    });

    it("401 for a credential that is not known", async () => {
      const { names, tenant } = refused;
      const as = { ...tenant.admin, clientSecret: "wrong" };
      const answer = await call(binding, { names, body: body?.(names), as });
      expect(answer).toMatchObject({ status: 401, body: status(16, "UNAUTHENTICATED") });
    });

    it("403 for the admin of another organization", async () => {
      const { names } = refused;
      const answer = await call(binding, { names, body: body?.(names), as: stranger.admin });
      expect(answer).toMatchObject({ status: 403, body: status(7, "PERMISSION_DENIED") });
    });

    it("404 for an organization and an account that there are not", async () => {
      const { names } = refused;
      const missing = [{ ...names, org: uuidv7() }];
      if (namesAccount(binding)) missing.push({ ...names, billing: uuidv7() });
      for (const each of missing) {
        const answer = await call(binding, { names: each, body: body?.(each), as: service.platform });
        expect(answer).toMatchObject({ status: 404, body: status(5, "NOT_FOUND") });
      }
    });
  },
);
