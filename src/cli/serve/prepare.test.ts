import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { createDatabase, type TestDatabase } from "../../../test/support/database.ts";
import { readConfig } from "../../config.ts";
import { createService, type TallystickService } from "../../service.ts";
import { operator } from "../../store/trail/by.ts";
import { prepare } from "./prepare.ts";

const log = pino({ level: "silent" });
const settings = readConfig({});
const admin = { clientId: "root", clientSecret: "a-secret-of-the-settings" };
const dataDir = mkdtempSync(join(tmpdir(), "prepared-"));

let database: TestDatabase;
let service: TallystickService;
beforeAll(async () => {
  database = await createDatabase();
  service = await createService(database.url, log);
});
afterAll(async () => {
  await service.stop();
  await database.drop();
});

const prepared = (of: object) =>
  prepare(service.app, { ...settings, database: { kind: "embedded", dataDir }, ...of }, log);
const platform = () => service.app.credentials.list({ orgId: null, rowsMax: 10 });

it("makes up no second admin where the settings have one", async () => {
  expect(await prepared({ admin })).toMatchObject({ credential: undefined });
  expect(existsSync(join(dataDir, "credential.json"))).toBe(false);
  expect((await platform()).map(({ clientId }) => clientId)).toEqual([admin.clientId]);
});

it("makes up one where they have none, and does not make it good again once it was revoked", async () => {
  const made = await prepared({ admin: undefined });
  const clientId = made?.credential?.clientId ?? "";
  expect((await platform()).map((each) => each.clientId)).toContain(clientId);
  await service.app.credentials.revoke({ orgId: null, clientId }, operator("test"));
  await expect(prepared({ admin: undefined })).rejects.toThrow(/credential\.json .* was revoked: delete it/);
});
