import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as client from "../../clients/typescript/src/index.ts";
import { authority, testTls } from "../support/certificates.ts";
import { startService, type TestService } from "../support/service.ts";

const { createTallystick, receiptOf, reasonOf, Role, TransferKind } = client;
const organization = "administered";
const tls = { ca: authority };

let service: TestService;
beforeAll(async () => {
  service = await startService({ tls: testTls() });
});
afterAll(() => service.stop());

describe("the TypeScript client, over TLS with an authority of its own", () => {
  it("makes roles and ceilings, is told what goes beyond them, and lists who did what", async () => {
    const { platform, url: baseUrl } = service;
    const admin = createTallystick({
      baseUrl,
      credential: `${platform.clientId}:${platform.clientSecret}`,
      tls,
    });
    await admin.organizations.createOrganization({ name: organization });
    await admin.customers.createCustomer({ organization, name: "Ann", email: "ann@example.com" });
    await admin.currencies.updateCeiling({ organization, currency: "VC", credit: "100" });
    const made = await admin.credentials.createCredential({ organization, role: Role.CREDITOR });
    const credential = `${made.credential?.clientId}:${made.clientSecret}`;

    const creditor = createTallystick({ baseUrl, credential, tls });
    const credit = { organization, customer: "ann@example.com", kind: TransferKind.CREDIT, currency: "VC" };
    const receipt = receiptOf(await creditor.ledger.createTransfer({ ...credit, amount: "100" }));
    expect(receipt.createdBy).toBe(made.credential?.clientId);
    expect(receipt.after.posted).toBe("100");
    const refused = await creditor.ledger.createTransfer({ ...credit, amount: "101" }).catch(reasonOf);
    expect(refused).toBe("CEILING_EXCEEDED");

    const { auditRecords } = await admin.audit.listAuditRecords({ organization });
    expect(auditRecords.map(({ verb }) => verb)).toEqual(
      expect.arrayContaining(["ceiling.update", "credential.create"]),
    );
  });

  it("asks for the credential at each call, as of a token that is renewed", async () => {
    const { platform, url: baseUrl } = service;
    const given = ["wrong", `${platform.clientId}:${platform.clientSecret}`];
    const { organizations } = createTallystick({ baseUrl, tls, credential: async () => given.shift() ?? "" });
    expect(await organizations.listOrganizations({}).catch(reasonOf)).toBe("UNAUTHENTICATED");
    expect(await organizations.listOrganizations({})).toMatchObject({ organizations: expect.any(Array) });
    await expect(organizations.listOrganizations({})).rejects.toThrow("the credential is empty");
  });

  it("has every enumeration of the native interface by its name", () => {
    const protos = ["credential", "currency", "customer", "ledger", "organization", "refusal"];
    const enums = protos.flatMap((name) => {
      const text = readFileSync(join("proto/tallystick/v1", `${name}.proto`), "utf8");
      return [...text.matchAll(/^enum (\w+)/gm)].map(([, each]) => each);
    });
    expect(Object.keys(client)).toEqual(expect.arrayContaining(enums));
  });
});
