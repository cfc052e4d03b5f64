import { type Timestamp, timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { Role } from "../../gen/tallystick/v1/credential_pb.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { connectClients } from "../support/service.ts";
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

describe("a credential with an end", () => {
  const soon = () => timestampFromMs(Date.now() + 60_000);

  it("says it, and is refused once that has passed, until it is moved on", async () => {
    const { credential: made, clientSecret } = await credentials().createCredential({
      organization: organization(),
      role: Role.READER,
      description: "of a quarter",
      expireTime: soon(),
    });
    const clientId = made?.clientId ?? "";
    expect(made).toMatchObject({ description: "of a quarter", expireTime: expect.anything() });
    const which = { organization: organization(), clientId };
    const own = { clientId, clientSecret };
    await readOrganization(own);
    await credentials().updateCredential({ ...which, expireTime: timestampFromMs(Date.now() - 1) });
    await until(async () => !(await readOrganization(own).then(Boolean, () => false)));
    expect((await failureOf(readOrganization(own))).code).toBe(Code.Unauthenticated);
    const { credential } = await credentials().updateCredential({
      ...which,
      displayName: "lasting",
      updateMask: { paths: ["expire_time", "display_name"] },
    });
    expect(credential).toMatchObject({ displayName: "lasting", description: "of a quarter" });
    expect(credential?.expireTime).toBeUndefined();
    await until(() => readOrganization(own).then(Boolean, () => false));
  });

  it("is not made with one that has passed", async () => {
    const request = { organization: organization(), role: Role.READER, expireTime: timestampFromMs(0) };
    expect(faultyFields(await failureOf(credentials().createCredential(request)))).toEqual(["expireTime"]);
  });

  it("ends by no time before 1970, which is one that was never set", async () => {
    const which = { organization: organization(), clientId: tenant.reader.clientId };
    const [unset, role] = [timestampFromMs(Date.UTC(1, 0, 1)), Role.READER];
    const { createCredential, updateCredential, rotateCredential } = credentials();
    for (const [field, call] of [
      ["expireTime", createCredential({ ...which, role, expireTime: unset })],
      ["expireTime", updateCredential({ ...which, expireTime: unset })],
      ["formerExpireTime", rotateCredential({ ...which, formerExpireTime: unset })],
    ] as const) {
      const { violations } = await failureOf(call);
      expect(violations).toMatchObject([{ field, description: expect.stringContaining("before 1970") }]);
    }
  });

  it("says when it was used last", async () => {
    const used = await created({ organization: organization(), role: Role.READER });
    await readOrganization(used);
    const other = await service.another();
    await connectClients(other.url, used).organizations.listOrganizations({});
    await until(async () => {
      const { credentials: listed } = await credentials().listCredentials({ organization: organization() });
      return listed.find(({ clientId }) => clientId === used.clientId)?.lastUsedTime !== undefined;
    });
  });
});

describe("RotateCredential", () => {
  it("gives a new secret, beside which the former one is good for a day, or as long as is asked", async () => {
    const former = await created({ organization: organization(), role: Role.READER });
    const which = { organization: organization(), clientId: former.clientId };
    await readOrganization(former);
    const { credential, clientSecret } = await credentials().rotateCredential(which);
    const hours = (timestampMs(credential?.formerExpireTime as Timestamp) - Date.now()) / 3_600_000;
    expect(Math.round(hours)).toBe(24);
    const next = { clientId: former.clientId, clientSecret };
    expect(clientSecret).not.toBe(former.clientSecret);
    for (const as of [former, next, former]) await readOrganization(as);
    const bearer = (secret: string) => ({ headers: { authorization: `Bearer ${secret}` } });
    for (const { clientSecret: secret } of [former, next])
      expect((await fetch(`${service.url}/tallystick/v1/organizations`, bearer(secret))).status).toBe(200);

    const { clientSecret: third } = await credentials().rotateCredential({
      ...which,
      formerExpireTime: timestampFromMs(0),
    });
    for (const ended of [former, next])
      await until(async () => !(await readOrganization(ended).then(Boolean, () => false)));
    await readOrganization({ clientId: former.clientId, clientSecret: third });
  });

  it("ends the former secret at once though the service's clock is ahead of the database's", async () => {
    const former = await created({ organization: organization(), role: Role.READER });
    const which = { organization: organization(), clientId: former.clientId };
    await readOrganization(former);
    const before = Date.now();
    const clock = jest.spyOn(Date, "now").mockReturnValue(before + 3_600_000);
    const { credential } = await credentials()
      .rotateCredential({ ...which, formerExpireTime: timestampFromMs(before) })
      .finally(() => clock.mockRestore());
    expect(timestampMs(credential?.formerExpireTime as Timestamp)).toBeLessThan(before + 60_000);
    await until(async () => !(await readOrganization(former).then(Boolean, () => false)));
  });

  it("asked again, its answer lost, leaves the secret in use good", async () => {
    const deployed = await created({ organization: organization(), role: Role.READER });
    const which = { organization: organization(), clientId: deployed.clientId };
    await readOrganization(deployed);
    const { clientSecret: lost } = await credentials().rotateCredential(which);
    const { clientSecret: next } = await credentials().rotateCredential(which);
    for (const secret of [next, deployed.clientSecret])
      await readOrganization({ clientId: deployed.clientId, clientSecret: secret });
    const failure = await failureOf(readOrganization({ clientId: deployed.clientId, clientSecret: lost }));
    expect(failure.code).toBe(Code.Unauthenticated);
  });

  it("asked again leaves no former secret good for longer than was said before", async () => {
    const deployed = await created({ organization: organization(), role: Role.READER });
    const which = { organization: organization(), clientId: deployed.clientId };
    await readOrganization(deployed);
    const soon = timestampFromMs(Date.now() + 60_000);
    await credentials().rotateCredential({ ...which, formerExpireTime: soon });
    const { credential } = await credentials().rotateCredential(which);
    expect(credential?.formerExpireTime).toEqual(soon);
    const ended = await credentials().rotateCredential({ ...which, formerExpireTime: timestampFromMs(0) });
    expect(ended.credential?.formerExpireTime?.seconds).toBeLessThan(soon.seconds);
  });

  it("keeps a former secret for 30 days at the most", async () => {
    const { clientId } = await created({ organization: organization(), role: Role.READER });
    const formerExpireTime = timestampFromMs(Date.now() + 31 * 24 * 3_600_000);
    const request = { organization: organization(), clientId, formerExpireTime };
    expect(faultyFields(await failureOf(credentials().rotateCredential(request)))).toEqual([
      "formerExpireTime",
    ]);
  });

  it("and an update make nothing good again that was revoked", async () => {
    const doomed = await created({ organization: organization(), role: Role.READER });
    const which = { organization: organization(), clientId: doomed.clientId };
    await credentials().revokeCredential(which);
    for (const attempt of [
      () => credentials().rotateCredential(which),
      () => credentials().updateCredential({ ...which, displayName: "again" }),
    ])
      expect(await failureOf(attempt())).toMatchObject({
        code: Code.FailedPrecondition,
        reason: "CREDENTIAL_REVOKED",
        metadata: { credential: doomed.clientId },
      });
  });

  it("does not find one of another organization", async () => {
    const { reader } = await service.tenant();
    const request = { organization: organization(), clientId: reader.clientId };
    expect((await failureOf(credentials().rotateCredential(request))).code).toBe(Code.NotFound);
    expect((await failureOf(credentials().updateCredential(request))).code).toBe(Code.NotFound);
  });
});
