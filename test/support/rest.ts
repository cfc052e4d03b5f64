import { once } from "node:events";
import https from "node:https";
import { authority } from "./certificates.ts";
import { basic, type TestCredential } from "./service.ts";

/** The answer to a REST request, its body read as JSON. */
export interface RestAnswer {
  readonly status: number;
  readonly header: Headers;
  readonly body: unknown;
}

export interface RestClient {
  get(path: string): Promise<RestAnswer>;
  post(path: string, body: unknown): Promise<RestAnswer>;
  put(path: string, body: unknown): Promise<RestAnswer>;
  patch(path: string, body: unknown): Promise<RestAnswer>;
  delete(path: string): Promise<RestAnswer>;
}

/** Plain fetch, or what stands for it over TLS, with HTTP Basic where a credential is given. */
export function restClient(url: string, credential?: TestCredential): RestClient {
  const call = async (path: string, init: Init): Promise<RestAnswer> => {
    const authorization = credential === undefined ? {} : { authorization: basic(credential) };
    const headers = { accept: "application/json", "content-type": "application/json", ...authorization };
    const ask = url.startsWith("https:") ? fetchTrusting : fetch;
    const response = await ask(`${url}${path}`, { ...init, headers });
    return { status: response.status, header: response.headers, body: await response.json() };
  };
  return {
    get: (path) => call(path, { method: "GET" }),
    post: (path, body) => call(path, { method: "POST", body: JSON.stringify(body) }),
    put: (path, body) => call(path, { method: "PUT", body: JSON.stringify(body) }),
    patch: (path, body) => call(path, { method: "PATCH", body: JSON.stringify(body) }),
    delete: (path) => call(path, { method: "DELETE" }),
  };
}

interface Init {
  readonly method: string;
  readonly body?: string;
}

/** Node's fetch learns whom to trust when the process starts, and not later. */
async function fetchTrusting(
  url: string,
  { method, headers, body }: Init & { readonly headers: Record<string, string> },
): Promise<Response> {
  const request = https.request(url, { method, headers, ca: authority });
  request.end(body);
  const [response] = await once(request, "response");
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return new Response(Buffer.concat(chunks), { status: response.statusCode, headers: response.headers });
}
