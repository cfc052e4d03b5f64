import { basic, startService, type TestService } from "../support/service.ts";

/** Every answer in JSON ends with a line feed, so that a terminal's prompt begins on a line of its own. */

let service: TestService;
beforeAll(async () => {
  service = await startService();
  await service.tenant();
});
afterAll(() => service.stop());

const native = "/tallystick/v1/organizations";
const connect = "/tallystick.v1.OrganizationService/GetOrganization";
const message = (organization: string) => JSON.stringify({ organization });
const query = (organization: string) =>
  `${connect}?connect=v1&encoding=json&message=${encodeURIComponent(message(organization))}`;
/** Long enough to be compressed where it is repeated. */
const unknown = "é".repeat(2_000);

interface Asked {
  readonly path: string;
  readonly method?: string;
  readonly body?: string;
  readonly credential?: boolean;
  readonly contentType?: string;
}

it.each<[string, Asked]>([
  ["REST", { path: native }],
  ["an error of a method over REST", { path: `${native}/none` }],
  ["no path", { path: "/nothing" }],
  ["no such HTTP method", { path: native, method: "PUT", body: "{}" }],
  ["no credential", { path: native, credential: false }],
  ["what is no JSON", { path: native, body: "{" }],
  ["Apigee X", { path: "/v1/organizations/none/developers" }],
  ["Apigee Edge", { path: "/v1/mint/organizations/none/supported-currencies" }],
  ["Frontier", { path: "/v1beta1/organizations/none/billing" }],
  ["Connect", { path: connect, body: message("tenant-1") }],
  ["a Connect GET", { path: query("tenant-1") }],
  ["an error over Connect", { path: connect, body: message("none") }],
  ["a long error over Connect", { path: connect, body: message(unknown) }],
  ["an error of a Connect GET", { path: query("none") }],
  ["what is no JSON over Connect", { path: connect, body: "{" }],
  ["no credential over Connect", { path: connect, body: message("none"), credential: false }],
  ["no such method of Connect", { path: `${connect}s`, body: "{}" }],
  ["no such type of content", { path: connect, body: "{}", contentType: "text/xml" }],
  ["a body that is too large", { path: connect, body: `"${"x".repeat(5_000_000)}"` }],
  ["health", { path: "/healthz" }],
  ["readiness", { path: "/readyz" }],
])("so for %s", async (_, { path, method, body, credential = true, contentType = "application/json" }) => {
  for (const encoding of ["identity", "gzip", "br"]) {
    const response = await fetch(service.url + path, {
      method: method ?? (body === undefined ? "GET" : "POST"),
      headers: {
        "accept-encoding": encoding,
        ...(body !== undefined && { "content-type": contentType }),
        ...(credential && { authorization: basic(service.platform) }),
      },
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    expect({ encoding, last: text.slice(-2) }).toEqual({ encoding, last: "}\n" });
    expect(JSON.parse(text)).toBeInstanceOf(Object);
  }
});
