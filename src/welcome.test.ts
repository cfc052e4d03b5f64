import { X509Certificate } from "node:crypto";
import { authority, authorityPath, pairOf, pathsOf } from "../test/support/certificates.ts";
import { type TlsFacts, welcome } from "./welcome.ts";

const credential = { clientId: "id", clientSecret: "secret", file: "/data/credential.json", isNew: true };
const demo = { organization: "demo", customer: "demo@example.com", currency: "VC" };

const facts = {
  address: { host: "127.0.0.1", port: 7400 },
  tls: undefined,
  credential,
  demo,
  hasPages: true,
};

function linesOf(host: string, tls?: TlsFacts): string[] {
  const text = welcome({ ...facts, address: { host, port: 7400 }, tls, isToTerminal: true });
  return text.split("\n").filter((line) => /^Tally|^ {2}(curl|npx)/.test(line));
}

const server: TlsFacts = {
  own: new X509Certificate(pairOf("server").cert),
  paths: { ...pathsOf("server"), clientCa: undefined },
};

describe("the welcome", () => {
  it.each([
    ["127.0.0.1", "127.0.0.1"],
    ["0.0.0.0", "127.0.0.1"],
    ["::", "[::1]"],
  ])("without TLS at %s calls %s", (host, called) => {
    expect(linesOf(host)).toEqual([
      expect.stringContaining(`at http://${called}:7400:`),
      `  curl -u "$AUTH" http://${called}:7400/tallystick/v1/organizations/demo/customers/demo@example.com/balances/VC`,
      expect.stringMatching(
        /buf curl --http2-prior-knowledge --protocol grpc .* -d '{"organization":"demo",.*}' http:.*\/GetBalance$/,
      ),
    ]);
  });

  it.each([
    ["127.0.0.1", "127.0.0.1"],
    ["192.0.2.7", "localhost"],
    ["::", "localhost"],
  ])("with TLS at %s calls %s, which the certificate names", (host, called) => {
    expect(linesOf(host, server)).toEqual([
      expect.stringContaining(`at https://${called}:7400:`),
      expect.stringContaining(`curl -u "$AUTH" https://${called}:7400/`),
      expect.stringMatching(/buf curl --protocol grpc .* https:/),
    ]);
  });

  it.each([
    ["a terminal", { isToTerminal: true }, "secret"],
    ["a pipe or a file", { isToTerminal: false }, "in that file"],
    [
      "a terminal, a later time",
      { isToTerminal: true, credential: { ...credential, isNew: false } },
      "in that file",
    ],
  ])("at %s", (_where, change, shown) => {
    expect(welcome({ ...facts, ...change })).toContain(`\n  client secret  ${shown}\n`);
  });

  it("says where the console is, where there is one", () => {
    const look = "Look at it in a browser, and log in with this credential: http://127.0.0.1:7400/console/\n";
    expect(welcome({ ...facts, isToTerminal: true })).toContain(look);
    expect(welcome({ ...facts, isToTerminal: true, hasPages: false })).not.toContain("browser");
  });

  it("says whom to trust where nobody else signed the certificate, and that one must be shown", () => {
    const own = new X509Certificate(authority);
    const paths = { cert: authorityPath, key: "", clientCa: authorityPath };
    const [, curl, buf] = linesOf("127.0.0.1", { own, paths });
    const options = `curl --cacert '${authorityPath}' --cert client.pem --key client.key`;
    expect(curl).toContain(options);
    expect(buf).toContain(options);
  });
});
