import type { Code } from "@connectrpc/connect";
import type { Outcome } from "./protocols.ts";

/** What REST answers: google.rpc.Status under an HTTP status. */
export interface RestOutcome extends Outcome {
  readonly status: number;
  readonly headers: Headers;
}

interface StatusJson {
  readonly code: Code;
  readonly message: string;
  readonly details: readonly {
    readonly "@type": string;
    readonly reason?: string;
    readonly field_violations?: readonly { readonly field: string }[];
    readonly fieldViolations?: readonly { readonly field: string }[];
  }[];
}

/** Sends a REST request; POST with a JSON body unless told otherwise. */
export async function sendRest(
  url: string,
  init: RequestInit & { headers: Record<string, string> },
): Promise<RestOutcome> {
  const headers = { "content-type": "application/json", ...init.headers };
  return restOutcome(await fetch(url, { method: "POST", ...init, headers }));
}

export async function restOutcome(response: Response): Promise<RestOutcome> {
  const { status, headers } = response;
  const text = await response.text();
  if (response.ok) return { status, headers, code: undefined, message: "", reason: "", fields: [] };
  const { code, message, details } = JSON.parse(text) as StatusJson;
  const violations = details.flatMap((detail) => detail.field_violations ?? detail.fieldViolations ?? []);
  return {
    status,
    headers,
    code,
    message,
    reason: details.find(({ reason }) => reason !== undefined)?.reason ?? "",
    fields: violations.map(({ field }) => field),
  };
}
