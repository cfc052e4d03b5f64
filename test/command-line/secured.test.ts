import { Certificates } from "../../src/server/tls/certificates.ts";
import { inProcess } from "../lifecycle/outcome.ts";
import { authority, authorityPath, pathsOf, testTls } from "../support/certificates.ts";
import { startService, type TestService } from "../support/service.ts";

let service: TestService;
beforeAll(async () => {
  const { certificates, plaintext } = testTls();
  const asking = new Certificates({ ...certificates.material, clientCa: authority });
  service = await startService({ tls: { certificates: asking, plaintext } });
});
afterAll(() => service.stop());

const [server, client] = [pathsOf("server"), pathsOf("client")];
const trusting = { TALLYSTICK_SERVER_CA: authorityPath };
const showing = { TALLYSTICK_CLIENT_CERT: client.cert, TALLYSTICK_CLIENT_KEY: client.key };

function list(settings: Record<string, string>, scheme = "https:") {
  const { clientId, clientSecret } = service.platform;
  return inProcess(["organizations", "list", "--json"], {
    TALLYSTICK_SERVER: service.url.replace("https:", scheme),
    ...{ TALLYSTICK_CLIENT_ID: clientId, TALLYSTICK_CLIENT_SECRET: clientSecret },
    ...settings,
  });
}

it("asks a server whose authority the settings name, and shows it a certificate", async () => {
  const { code, stdout, stderr } = await list({ ...trusting, ...showing });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(JSON.parse(stdout)).toHaveProperty("organizations");
});

it.each<[string, Record<string, string>, number, RegExp]>([
  ["no authority", showing, 3, /the server's certificate is not trusted: self-signed .*TALLYSTICK_SERVER_CA/],
  ["no certificate of its own", trusting, 1, /CLIENT_CERTIFICATE_REQUIRED/],
  [
    "a certificate without its key",
    { ...trusting, TALLYSTICK_CLIENT_CERT: client.cert },
    2,
    /belong together/,
  ],
  [
    "a key of another certificate",
    { ...trusting, ...showing, TALLYSTICK_CLIENT_KEY: server.key },
    2,
    /TALLYSTICK_CLIENT_CERT, TALLYSTICK_CLIENT_KEY: the files cannot be used, OpenSSL says /,
  ],
  [
    "a file that is not there",
    { TALLYSTICK_SERVER_CA: "/nowhere.pem" },
    2,
    /^tallystick: TALLYSTICK_SERVER_CA cannot be read: /,
  ],
])("says what is wrong with %s", async (_what, settings, code, line) => {
  const outcome = await list(settings);
  expect(outcome).toEqual({ code, stdout: "", stderr: expect.stringMatching(line) });
  expect(outcome.stderr.trimEnd()).not.toContain("\n");
});

it("sends nothing without TLS where the settings say how it is to be secured", async () => {
  const { code, stderr } = await list(trusting, "http:");
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/begin it with https:/) });
});

it("says in words that a server speaks no TLS", async () => {
  const plain = await startService();
  const { code, stderr } = await list({ TALLYSTICK_SERVER: plain.url.replace("http:", "https:") });
  await plain.stop();
  expect({ code, stderr }).toEqual({
    code: 3,
    stderr: expect.stringMatching(/^tallystick: the server speaks no TLS: begin its URL with http:\/\/.*\n$/),
  });
});
