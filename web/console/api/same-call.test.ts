import { CredentialService } from "../../../gen/tallystick/v1/credential_pb.ts";
import { LedgerService, TransferKind } from "../../../gen/tallystick/v1/ledger_pb.ts";
import { bufCurlOf, curlOf } from "./same-call.ts";

const origin = "http://127.0.0.1:7400";
const { createTransfer, getBalance, listTransfers, setLimit } = LedgerService.method;

it("of a read has its path and query", () => {
  const request = {
    organization: "demo",
    customer: "ann@example.com",
    currency: "VC",
    readTime: { seconds: 0n, nanos: 0 },
  };
  expect(curlOf({ method: getBalance, request }, origin)).toBe(
    `curl -u "$AUTH" '${origin}/tallystick/v1/organizations/demo/customers/ann@example.com/balances/VC?readTime=1970-01-01T00%3A00%3A00Z'`,
  );
  expect(bufCurlOf({ method: getBalance, request: { organization: "demo" } }, origin)).toBe(
    `npx @bufbuild/buf curl --http2-prior-knowledge --user "$AUTH" -d '{"organization":"demo"}' ${origin}/tallystick.v1.LedgerService/GetBalance`,
  );
});

it("of a change has its body, of which no part is the shell's", () => {
  const request = {
    ...{ organization: "demo", customer: "ann", kind: TransferKind.CREDIT, amount: "5", currency: "VC" },
    description: "it's $(reboot)",
  };
  expect(curlOf({ method: createTransfer, request }, origin)).toBe(
    `curl -u "$AUTH" -H 'content-type: application/json' ${origin}/tallystick/v1/organizations/demo/transfers -d ` +
      `'{"customer":"ann","kind":"TRANSFER_KIND_CREDIT","amount":"5","currency":"VC","description":"it'\\''s $(reboot)"}'`,
  );
});

it("keeps a name in its own part of the path, and a verb behind it", () => {
  const request = { organization: "a/b?c", customer: "x y", currency: "VC", minimumBalance: "-1" };
  expect(curlOf({ method: setLimit, request }, "https://ledger.example")).toBe(
    `curl -u "$AUTH" -H 'content-type: application/json' ` +
      `https://ledger.example/tallystick/v1/organizations/a%2Fb%3Fc/customers/x%20y/balances/VC:setLimit -d '{"minimumBalance":"-1"}'`,
  );
});

it("asks over TLS as clients do by themselves", () => {
  expect(bufCurlOf({ method: listTransfers, request: {} }, "https://ledger.example")).toBe(
    `npx @bufbuild/buf curl --user "$AUTH" -d '{}' https://ledger.example/tallystick.v1.LedgerService/ListTransfers`,
  );
});

it.each([
  ["demo", "organizations/demo/credentials"],
  ["", "credentials"],
])("takes the path that fits where the organization is %j", (organization, path) => {
  const call = { method: CredentialService.method.listCredentials, request: { organization } };
  expect(curlOf(call, origin)).toBe(`curl -u "$AUTH" ${origin}/tallystick/v1/${path}`);
});

it("has no other verb than the path's own", () => {
  const request = { clientId: "gateway", displayName: "Gateway" };
  const call = { method: CredentialService.method.updateCredential, request };
  expect(curlOf(call, origin)).toContain(
    `curl -u "$AUTH" -X PATCH -H 'content-type: application/json' ${origin}/`,
  );
});
