import type { DatabaseFacts } from "../../store/diagnosis/facts.ts";
import { type Circumstances, findingsOf } from "./findings.ts";

const settings = {
  fsync: "on",
  full_page_writes: "on",
  data_checksums: "on",
  synchronous_commit: "on",
  autovacuum: "on",
  datestyle: "ISO, MDY",
  intervalstyle: "postgres",
  server_encoding: "UTF8",
  default_transaction_read_only: "off",
  archive_mode: "on",
};
const good: DatabaseFacts = {
  version: 180_004,
  settings,
  isStandby: false,
  isEncrypted: true,
  aheadMs: -3,
  connectionsFree: 90,
  connectionsMax: 97,
  roles: { role: "tallystick", roleInSql: "tallystick", owner: "tallystick" },
  mayCreate: true,
  missingGrants: [],
  isArchivingFailing: false,
  pooling: "none",
  isMigrated: true,
  cluster: undefined,
};
const cluster = {
  extension: "created",
  isCoordinator: false,
  knowsCoordinator: true,
  messages: "C",
  nodes: [],
  othersTables: [],
} as const;

const found = ({
  connectionsNeeded = 26,
  isLocal = false,
  isEmbedded = false,
  sslMode = "verify-full",
  ...facts
}: Partial<DatabaseFacts & Circumstances>) =>
  findingsOf({ ...good, ...facts }, { connectionsNeeded, isLocal, isEmbedded, sslMode });
const withSettings = (some: Record<string, string>) => ({ settings: { ...settings, ...some } });

it("finds nothing where all is well", () => {
  expect(found({}).filter(({ state, todo }) => state !== "ok" || todo !== "")).toEqual([]);
});

it("has a role serve that leaves migrations to the owner, and not where some are missing", () => {
  const rightsOf = (facts: Partial<DatabaseFacts>) =>
    found({ mayCreate: false, ...facts }).find(({ check }) => check === "rights")?.state;
  expect([true, false].map((isMigrated) => rightsOf({ isMigrated }))).toEqual(["ok", "fail"]);
});

it.each<[string, "warn" | "fail", Partial<DatabaseFacts & Circumstances>]>([
  ["version", "fail", { version: 140_012 }],
  ["version", "warn", { version: 190_000 }],
  ["primary", "fail", { isStandby: true }],
  ["primary", "fail", withSettings({ default_transaction_read_only: "on" })],
  ["pooler", "fail", { pooling: "by transaction" }],
  ["pooler", "warn", { pooling: "too few sessions" }],
  ["migrations", "warn", { isMigrated: false }],
  ["migrations", "warn", { isMigrated: undefined }],
  ["rights", "fail", { missingGrants: ["grant select on table operations to serving"] }],
  ["fsync", "fail", withSettings({ fsync: "off" })],
  ["full_page_writes", "fail", withSettings({ full_page_writes: "off" })],
  ["synchronous_commit", "warn", withSettings({ synchronous_commit: "off" })],
  ["encoding", "fail", withSettings({ server_encoding: "SQL_ASCII" })],
  ["forms", "warn", withSettings({ datestyle: "SQL, DMY" })],
  ["forms", "warn", withSettings({ intervalstyle: "iso_8601" })],
  ["autovacuum", "fail", withSettings({ autovacuum: "off" })],
  ["connections", "warn", { connectionsFree: 25 }],
  ["connections", "fail", { connectionsNeeded: 98 }],
  ["tls", "warn", { isEncrypted: false, sslMode: "" }],
  ["tls", "warn", { sslMode: "require" }],
  ["tls", "warn", { sslMode: "prefer" }],
  // A pooler may speak TLS to PostgreSQL, and none to whoever asks.
  ["tls", "warn", { sslMode: "", pooling: "by session" }],
  ["checksums", "warn", withSettings({ data_checksums: "off" })],
  ["clock", "warn", { aheadMs: -1_000 }],
  ["clock", "fail", { aheadMs: 60_000 }],
  ["archiving", "warn", withSettings({ archive_mode: "off" })],
  ["archiving", "fail", { isArchivingFailing: true }],
  ["citus", "fail", { cluster }],
])("%s: %s of %j, with what to do", (check, state, facts) => {
  const wrong = found(facts).filter((each) => each.state !== "ok");
  expect(wrong).toEqual([
    { check, state, says: expect.stringMatching(/./), todo: expect.stringMatching(/./) },
  ]);
});

it("wants no TLS on one machine", () => {
  expect(found({ isEncrypted: false, isLocal: true, sslMode: "" }).every(({ state }) => state === "ok")).toBe(
    true,
  );
});
