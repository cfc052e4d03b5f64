import { request } from "node:http";
import { text } from "node:stream/consumers";
import type { Tenant, TestService } from "../support/service.ts";

/** The answer to a request; `json` is undefined where there is no body. */
export interface Answer {
  readonly status: number;
  readonly header: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly json: unknown;
}

export interface Sent {
  /** Sent as JSON; text is sent as it is. */
  readonly body?: unknown;
  readonly header?: Readonly<Record<string, string>>;
}

export type Send = (method: string, path: string, sent?: Sent) => Promise<Answer>;

/**
 * What goes over the wire is what is written: no client here escapes a path or adds a header. Paths begin behind
 * `/v1/organizations/{org}`.
 */
export function apigee(service: Pick<TestService, "url">, tenant: Tenant, as = tenant.writer): Send {
  const { hostname, port } = new URL(service.url);
  return (method, path, { body, header = {} } = {}) =>
    new Promise((resolve, reject) => {
      const written = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
      const headers = {
        authorization: `Bearer ${as.clientSecret}`,
        ...(written !== undefined && {
          "content-type": "application/json",
          "content-length": String(Buffer.byteLength(written)),
        }),
        ...header,
      };
      const options = { hostname, port, method, path: `/v1/organizations/${tenant.orgName}${path}`, headers };
      request(options, async (response) => {
        const answered = (await text(response)).replace(/\n$/, "");
        resolve({
          status: response.statusCode ?? 0,
          header: response.headers,
          text: answered,
          json: answered === "" ? undefined : JSON.parse(answered),
        });
      })
        .on("error", reject)
        .end(written);
    });
}

/** A developer as it is sent. */
export function developerOf(email: string, more: object = {}) {
  return { email, firstName: "Ann", lastName: "Lee", userName: "ann", ...more };
}

/** Makes a developer, and answers its path. */
export async function madeDeveloper(send: Send, email: string, more: object = {}): Promise<string> {
  const { status, text: answered } = await send("POST", "/developers", { body: developerOf(email, more) });
  if (status !== 201) throw new Error(answered);
  return `/developers/${email}`;
}

export const usd = (units: string, nanos = 0) => ({
  currencyCode: "USD",
  ...(units !== "0" && { units }),
  ...(nanos !== 0 && { nanos }),
});

/** Credits a balance. */
export async function credited(send: Send, holder: string, units: string, transactionId: string) {
  const body = { transactionAmount: usd(units), transactionId };
  const answer = await send("POST", `${holder}/balance:credit`, { body });
  if (answer.status !== 200) throw new Error(answer.text);
}

/** A balance in USD alone, credited some time. */
export const balance = (units: string, nanos = 0) => ({
  wallets: [{ balance: usd(units, nanos), lastCreditTime: expect.stringMatching(/^\d{13}$/) }],
});

const type = (name: string) => `type.googleapis.com/google.rpc.${name}`;

interface Failure {
  readonly code: number;
  readonly status: string;
  readonly message: string;
  readonly reason: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** google.rpc.PreconditionFailure's only one. */
  readonly violation?: { readonly type: string; readonly subject: string };
  readonly resource?: { readonly resourceType: string; readonly resourceName: string };
}

/** The whole body of an error. */
export function failure(of: Failure) {
  const { code, status, message, reason, metadata, violation, resource } = of;
  const details = [
    ...(violation
      ? [{ "@type": type("PreconditionFailure"), violations: [{ ...violation, description: message }] }]
      : []),
    { "@type": type("ErrorInfo"), reason, domain: "tallystick", ...(metadata && { metadata }) },
    ...(resource ? [{ "@type": type("ResourceInfo"), ...resource }] : []),
  ];
  return { error: { code, message, status, details } };
}

/** The whole body of an error about fields; the message of the gateway's own errors names the first alone. */
export function badFields(violations: Readonly<Record<string, string>>) {
  return refusedFor("INVALID_FIELDS", { fields: violations });
}

/** The whole body of an error of an operation that was decided, and refused for what its fields say. */
export function refusedFor(
  reason: string,
  of: { fields: Readonly<Record<string, string>>; metadata?: Readonly<Record<string, string>> },
) {
  const { fields: violations, metadata } = of;
  const fieldViolations = Object.entries(violations).map(([field, description]) => ({ field, description }));
  const message = fieldViolations.map(({ field, description }) => `${field}: ${description}`).join("; ");
  return {
    error: {
      code: 400,
      message,
      status: "INVALID_ARGUMENT",
      details: [
        { "@type": type("ErrorInfo"), reason, domain: "tallystick", ...(metadata && { metadata }) },
        { "@type": type("BadRequest"), fieldViolations },
      ],
    },
  };
}

export const notACurrency =
  "is not a currency that may be used here: give VC, an ISO 4217 code such as USD, or one of the organization's own";

export const notACode =
  "is not the code of a currency, which has 2 to 10 upper-case letters and digits, such as VC for credits, or USD";

export const noDeveloper = (name: string) =>
  failure({
    code: 404,
    status: "NOT_FOUND",
    message: `developer ${name} was not found`,
    reason: "NOT_FOUND",
    metadata: { resource: "customer", name },
    resource: { resourceType: "customer", resourceName: name },
  });

export const forbidden = failure({
  code: 403,
  status: "PERMISSION_DENIED",
  message: expect.stringMatching(/^this needs a credential with role ([a-z, ]+) of the organization$/),
  reason: "PERMISSION_DENIED",
});
