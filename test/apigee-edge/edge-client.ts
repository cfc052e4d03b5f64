import { restClient } from "../support/rest.ts";
import {
  basic,
  connectClients,
  type Tenant,
  type TestCredential,
  type TestService,
} from "../support/service.ts";

/**
 * The answer of an Edge call: as text, because a parsed number has lost the digits it was written with; without the line feed at
 * its end.
 */
export interface EdgeAnswer {
  readonly status: number;
  readonly header: Headers;
  readonly text: string;
  /** Undefined where there is none. */
  readonly body: unknown;
}

/** What a test says about a request beside its path. */
export interface EdgeRequest {
  readonly as?: TestCredential;
  /** JSON, or text that is sent as it is. */
  readonly body?: unknown;
  readonly header?: Readonly<Record<string, string>>;
}

/** The mint interface of a tenant, as a script with curl calls it; as its admin, where nothing else is said. */
export function edgeClient({ url }: Pick<TestService, "url">, tenant: Tenant) {
  const call = async (method: string, path: string, request: EdgeRequest = {}): Promise<EdgeAnswer> => {
    const { as = tenant.admin, body, header } = request;
    const response = await fetch(`${url}/v1/mint/organizations/${tenant.orgName}${path}`, {
      method,
      headers: { authorization: basic(as), "content-type": "application/json", ...header },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = (await response.text()).replace(/\n$/, "");
    return {
      status: response.status,
      header: response.headers,
      text,
      body: text === "" ? undefined : JSON.parse(text),
    };
  };
  return {
    get: (path: string, request?: EdgeRequest) => call("GET", path, request),
    post: (path: string, request?: EdgeRequest) => call("POST", path, request),
    put: (path: string, request?: EdgeRequest) => call("PUT", path, request),
    delete: (path: string, request?: EdgeRequest) => call("DELETE", path, request),
  };
}

/** Makes a developer through Apigee X's face, and answers its id. */
export async function createDeveloper(
  { url }: Pick<TestService, "url">,
  tenant: Tenant,
  of: { email: string; billingType?: "PREPAID" | "POSTPAID" },
): Promise<string> {
  const { email, billingType = "PREPAID" } = of;
  const { status, body } = await restClient(url, tenant.admin).post(
    `/v1/organizations/${tenant.orgName}/developers`,
    {
      ...{ email, firstName: "Ann", lastName: "Lee", userName: email },
      attributes: [{ name: "MINT_BILLING_TYPE", value: billingType }],
    },
  );
  const { developerId } = body as { developerId?: unknown };
  if (status !== 201 || typeof developerId !== "string")
    throw new Error(`not created: ${JSON.stringify(body)}`);
  return developerId;
}

/** Makes an app group through Apigee X's face: what Edge calls a company. */
export async function createCompany(
  { url }: Pick<TestService, "url">,
  tenant: Tenant,
  name: string,
): Promise<string> {
  const path = `/v1/organizations/${tenant.orgName}/appgroups`;
  const { status, body } = await restClient(url, tenant.admin).post(path, { name, displayName: "Acme Labs" });
  if (status !== 201) throw new Error(`not created: ${JSON.stringify(body)}`);
  return (body as { appGroupId: string }).appGroupId;
}

/** Configures a currency natively. */
export async function putCurrency(
  { url }: Pick<TestService, "url">,
  tenant: Tenant,
  currency: { code: string; creditLimit?: string; minimumTopUp?: string; displayName?: string },
): Promise<void> {
  await connectClients(url, tenant.admin).currencies.updateCurrency({
    allowMissing: true,
    organization: tenant.orgId,
    ...currency,
  });
}

/** The supported currency as it is answered where nothing is configured. */
export function plainCurrency(tenant: Tenant, code = "USD") {
  return {
    description: code,
    displayName: code,
    id: code.toLowerCase(),
    name: code,
    organization: { id: tenant.orgName },
    status: "ACTIVE",
    virtualCurrency: false,
  };
}

/** A UUID. */
export const anId = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

/** A time as Edge prints it. */
export const aTime = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);

/** The error of a credential that lacks the role. */
export const forbidden = {
  code: "mint.permissionDenied",
  message: expect.stringMatching(/^this needs a credential with role ([a-z, ]+) of the organization$/),
  contexts: [],
};

/** The error of what does not exist. */
export function missing(
  resource: string,
  name: string,
  word = resource === "customer" ? "developer" : resource,
) {
  return {
    code: "mint.resourceDoesNotExist",
    message: `${word} ${name} was not found`,
    contexts: [
      { name: "resource", value: resource },
      { name: "name", value: name },
    ],
  };
}

/** The error of fields that do not fit. */
export function invalid(...violations: readonly (readonly [field: string, description: string])[]) {
  return {
    code: "mint.invalidFields",
    message: violations.map(([field, description]) => `${field}: ${description}`).join("; "),
    contexts: violations.map(([name, value]) => ({ name, value })),
  };
}

/** The error of an operation that was decided, and refused for one of its fields. */
export function refusedFor(
  code: string,
  of: { metadata: Readonly<Record<string, string>>; field: string; description: string },
) {
  const { metadata, field, description } = of;
  const contexts = Object.entries({ ...metadata, [field]: description });
  return {
    code: `mint.${code}`,
    message: `${field}: ${description}`,
    contexts: contexts.map(([name, value]) => ({ name, value })),
  };
}

/** The error of a currency in which nothing may be booked. */
export function notUsable(field: string, currency: string, description = notACurrency) {
  return refusedFor("currencyNotUsable", { metadata: { currency }, field, description });
}

/** The error of an amount that has more places than its currency. */
export function tooManyPlaces(
  field: string,
  required: string,
  { currency, places }: { currency: string; places: number },
) {
  const description = `has more places after the point than the ${places} of ${currency}; nothing is rounded`;
  const metadata = { currency, places: String(places), required };
  return refusedFor("tooManyPlaces", { metadata, field, description });
}

export const notACurrency = "is no currency that may be used; give an id such as usd";
