import { Code } from "@connectrpc/connect";
import { Permission } from "../../gen/tallystick/options/v1/options_pb.ts";
import { Role } from "../../gen/tallystick/v1/credential_pb.ts";
import { roleMessages } from "../../src/api/native/credentials/credential-message.ts";
import { permissions, permissionsOf, roles } from "../../src/auth/permissions.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { restClient } from "../support/rest.ts";
import type { TestCredential } from "../support/service.ts";
import { until } from "../support/until.ts";
import {
  created,
  credentials,
  organization,
  readOrganization,
  service,
  tenant,
  withTenant,
} from "./credentials.ts";

withTenant();

describe("CreateCredential", () => {
  it("answers a secret of 256 bits that works at once, over REST", async () => {
    const path = `/tallystick/v1/organizations/${tenant.orgName}/credentials`;
    const asked = { role: "ROLE_READER", displayName: "Dashboard" };
    const { status, body } = await restClient(service.url, tenant.admin).post(path, asked);
    expect(status).toBe(200);
    expect(body).toEqual({
      credential: {
        clientId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        organizationId: tenant.orgId,
        ...asked,
        createTime: expect.stringMatching(/Z$/),
        createdBy: tenant.admin.clientId,
      },
      clientSecret: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
    });
    const { credential, clientSecret } = body as { credential: { clientId: string }; clientSecret: string };
    await readOrganization({ clientId: credential.clientId, clientSecret });
  });

  it("makes one of the platform, which holds in every organization", async () => {
    const path = "/tallystick/v1/credentials";
    const { body } = await restClient(service.url, service.platform).post(path, { role: "ROLE_READER" });
    const { credential, clientSecret } = body as { credential: { clientId: string }; clientSecret: string };
    expect(credential).not.toHaveProperty("organizationId");
    await readOrganization({ clientId: credential.clientId, clientSecret });
  });

  it("keeps no secret: what is stored does not prove anything", async () => {
    const { clientId, clientSecret } = await created({ organization: organization(), role: Role.READER });
    const hash = await crypto.subtle.digest("SHA-256", Buffer.from(clientSecret));
    const stored = { clientId, clientSecret: Buffer.from(hash).toString("hex") };
    expect((await failureOf(readOrganization(stored))).code).toBe(Code.Unauthenticated);
  });

  it.each([
    ["no role", {}, ["role"]],
    ["a role that is none", { role: 9 as Role }, ["role"]],
    ["several at once", { displayName: "x".repeat(256) }, ["role", "displayName"]],
  ])("refuses %s", async (_what, request, fields) => {
    const failure = await failureOf(
      credentials().createCredential({ organization: organization(), ...request }),
    );
    expect(failure).toMatchObject({ code: Code.InvalidArgument, reason: "INVALID_FIELDS" });
    expect(faultyFields(failure)).toEqual(fields);
  });
});

describe("ListCredentials", () => {
  it("lists them in pages, oldest first, revoked ones too, and never a secret", async () => {
    const own = await service.tenant();
    const client = restClient(service.url, own.admin);
    const path = `/tallystick/v1/organizations/${own.orgId}/credentials`;
    await client.post(`${path}/${own.reader.clientId}:revoke`, {});
    const first = (await client.get(`${path}?pageSize=2`)).body as {
      credentials: object[];
      nextPageToken: string;
    };
    const second = (await client.get(`${path}?pageSize=2&pageToken=${first.nextPageToken}`)).body;
    const common = { organizationId: own.orgId, createTime: expect.stringMatching(/Z$/) };
    expect(first.credentials).toEqual([
      {
        ...common,
        clientId: own.reader.clientId,
        role: "ROLE_READER",
        revokeTime: expect.stringMatching(/Z$/),
      },
      { ...common, clientId: own.writer.clientId, role: "ROLE_WRITER" },
    ]);
    // Who asks has used its credential, which is noted behind the calls.
    expect(second).toEqual({
      credentials: [expect.objectContaining({ ...common, clientId: own.admin.clientId, role: "ROLE_ADMIN" })],
    });
    for (const { clientSecret } of [own.reader, own.writer, own.admin]) {
      expect(JSON.stringify([first, second])).not.toContain(clientSecret);
    }
  });

  it("lists those of the platform apart", async () => {
    const { credentials: listed } = await credentials(service.platform).listCredentials({});
    expect(listed.map(({ clientId }) => clientId)).toContain(service.platform.clientId);
    expect(new Set(listed.map(({ organizationId }) => organizationId))).toEqual(new Set([""]));
  });

  it("refuses a token that was never given", async () => {
    const request = { organization: organization(), pageToken: "next" };
    expect(faultyFields(await failureOf(credentials().listCredentials(request)))).toEqual(["pageToken"]);
  });
});

describe("RevokeCredential", () => {
  it("stops a credential in use soon, and for good", async () => {
    const doomed = await created({ organization: organization(), role: Role.READER });
    await readOrganization(doomed);
    const request = { organization: organization(), clientId: doomed.clientId };
    const { credential } = await credentials().revokeCredential(request);
    expect(credential?.revokeTime).toBeDefined();

    await until(async () => !(await readOrganization(doomed).then(Boolean, () => false)));
    expect((await failureOf(readOrganization(doomed))).code).toBe(Code.Unauthenticated);

    const { credential: again } = await credentials().revokeCredential(request);
    expect(again).toEqual(credential);
  });

  it("stops the secret as a Bearer token too", async () => {
    const doomed = await created({ organization: organization(), role: Role.READER });
    const headers = { authorization: `Bearer ${doomed.clientSecret}` };
    const read = async () => (await fetch(`${service.url}/tallystick/v1/organizations`, { headers })).status;
    expect(await read()).toBe(200);
    await credentials().revokeCredential({ organization: organization(), clientId: doomed.clientId });
    await until(async () => (await read()) !== 200);
    expect(await read()).toBe(401);
  });

  it("does not find one of another organization, or none at all", async () => {
    const other = await service.tenant();
    for (const clientId of [other.reader.clientId, service.platform.clientId, "nobody"]) {
      const failure = await failureOf(
        credentials().revokeCredential({ organization: organization(), clientId }),
      );
      expect(failure).toMatchObject({ code: Code.NotFound, metadata: { resource: "credential" } });
    }
    await readOrganization(service.platform);
    expect(
      faultyFields(await failureOf(credentials().revokeCredential({ organization: organization() }))),
    ).toEqual(["clientId"]);
  });
});

describe("GetCaller", () => {
  it("answers an organization's credential where it belongs and what it may do", async () => {
    const { status, body } = await restClient(service.url, tenant.reader).get("/tallystick/v1/caller");
    expect(status).toBe(200);
    expect(body).toEqual({
      caller: {
        name: tenant.reader.clientId,
        organization: expect.objectContaining({ id: tenant.orgId, name: tenant.orgName }),
        role: "ROLE_READER",
        permissions: ["PERMISSION_LOOK_UP", "PERMISSION_READ"],
      },
    });
  });

  it("answers a credential of the platform, which belongs to no organization", async () => {
    const { caller } = await credentials(service.platform).getCaller({});
    expect(caller).toMatchObject({ name: service.platform.clientId, role: Role.ADMIN });
    expect(caller?.organization).toBeUndefined();
    expect(caller?.permissions).toHaveLength(permissions.length);
  });

  it.each(roles)("names what a %s may do, as its methods ask for it", async (role) => {
    const credential = await created({ organization: tenant.orgId, role: roleMessages[role] });
    const { caller } = await credentials(credential).getCaller({});
    const names = caller?.permissions.map((each) => Permission[each].toLowerCase().replaceAll("_", ""));
    expect(names).toEqual(permissionsOf[role].map((each) => each.toLowerCase()));
  });
});

describe("a role gives no more than itself", () => {
  const attempts = (as: TestCredential, where: { organization?: string }): (() => Promise<unknown>)[] => [
    () => credentials(as).createCredential({ ...where, role: Role.READER }),
    () => credentials(as).createCredential({ ...where, role: Role.ADMIN }),
    () => credentials(as).listCredentials(where),
    () => credentials(as).updateCredential({ ...where, clientId: tenant.reader.clientId }),
    () => credentials(as).rotateCredential({ ...where, clientId: tenant.reader.clientId }),
    () => credentials(as).revokeCredential({ ...where, clientId: tenant.reader.clientId }),
  ];

  it.each([
    ["an organization's reader", () => tenant.reader, () => ({ organization: tenant.orgId })],
    ["an organization's writer", () => tenant.writer, () => ({ organization: tenant.orgId })],
    ["an organization's admin, on the platform", () => tenant.admin, () => ({})],
  ])("%s", async (_who, caller, where) => {
    for (const attempt of attempts(caller(), where())) {
      expect((await failureOf(attempt())).code).toBe(Code.PermissionDenied);
    }
  });

  it("the platform's reader and writer", async () => {
    for (const role of [Role.READER, Role.WRITER]) {
      const caller = await created({ role }, service.platform);
      for (const where of [{}, { organization: tenant.orgId }]) {
        for (const attempt of attempts(caller, where)) {
          expect((await failureOf(attempt())).code).toBe(Code.PermissionDenied);
        }
      }
    }
  });

  it("and an organization's admin may all of it at home", async () => {
    const admin = await created({ organization: tenant.orgId, role: Role.ADMIN });
    const reader = await created({ organization: tenant.orgName, role: Role.READER }, admin);
    await readOrganization(reader);
  });
});
