import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { defaultCallerLimits } from "./bounds/caller-limits.ts";
import { defaultQueueBounds } from "./bounds/queue-bounds.ts";
import { ConfigError } from "./config/config-error.ts";
import { readConfig, type SettingName, settings, workersMax } from "./config.ts";
import { defaultLimits } from "./server/limits.ts";

const secret = "a-secret-of-28-characters-ok";

function refusal(env: Partial<Record<SettingName, string>>): string {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("the setting was accepted");
}

describe("readConfig", () => {
  it("gives the documented defaults when nothing is set", () => {
    expect(readConfig({}, false)).toEqual({
      host: "127.0.0.1",
      port: 7400,
      hasPages: true,
      origins: new Set(),
      workers: 1,
      bounds: {
        limits: expect.objectContaining({ connectionsMax: 10_000, unfinishedBytesPerConnectionMax: 2 ** 26 }),
        queue: { commandsMax: 10_000, bytesMax: 2 ** 26, waitMsMax: 20_000 },
        callers: { callsMax: 2_000, rate: undefined },
      },
      proxies: { trusted: [], header: "x-forwarded-for" },
      database: { kind: "embedded", dataDir: resolve(".tallystick") },
      isToDistribute: false,
      lifecycle: { databaseWaitMs: 60_000, shutdownDelayMs: 0, shutdownGraceMs: 10_000 },
      admin: undefined,
      issuers: [],
      creditProducts: new Map([
        ["credits", 1n],
        ["token", 1n],
      ]),
      metrics: { port: undefined, access: "credential" },
      log: { level: "info", format: "json", calls: { reads: 0.01, writes: 0.1 } },
      traces: undefined,
    });
  });

  it("sends traces to the URL that is meant for them alone", () => {
    const [base, own] = ["http://collector:4318", "http://traces:4318/in"];
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: own };
    expect(readConfig(env, false).traces).toMatchObject({
      url: own,
      sampler: "parentbased_always_on",
      ratio: 1,
    });
  });

  it("takes an empty variable as unset", () => {
    const empty = Object.fromEntries(Object.keys(settings).map((name) => [name, ""]));
    expect(readConfig(empty, false)).toEqual(readConfig({}, false));
  });

  it("logs prettily on a terminal unless told otherwise", () => {
    expect(readConfig({}, true).log.format).toBe("pretty");
    expect(readConfig({ LOG_FORMAT: "json" }, true).log.format).toBe("json");
  });

  it("takes every setting", () => {
    const folder = mkdtempSync(join(tmpdir(), "config-"));
    const path = join(folder, "issuers.json");
    const access = { organization: { fixed: "acme" }, role: { fixed: "reader" } };
    const issuer = { name: "idp", issuer: "https://idp.example", audience: "ledger", ...access };
    writeFileSync(path, JSON.stringify({ issuers: [issuer] }));
    const env = {
      TALLYSTICK_JWT_ISSUERS: path,
      HOST: "::",
      PORT: "0",
      TLS_CERT: "/tls/tls.crt",
      TLS_KEY: "tls.key",
      TLS_CLIENT_CA: "/tls/clients.pem",
      TLS_PLAINTEXT: "allow",
      CORS_ORIGINS: "https://app.example.com, http://localhost:5173",
      TALLYSTICK_PAGES: "off",
      TALLYSTICK_WORKERS: "3",
      TALLYSTICK_CONNECTIONS: "50",
      TALLYSTICK_CONNECTIONS_PER_ADDRESS: "20",
      TALLYSTICK_HANDSHAKES: "100",
      TALLYSTICK_STREAMS_PER_CONNECTION: "60",
      TALLYSTICK_STREAMS: "500",
      TALLYSTICK_HEADER_KIB: "32",
      TALLYSTICK_REQUEST_KIB: "1024",
      TALLYSTICK_UNFINISHED_MIB: "128",
      TALLYSTICK_UNREAD_MIB: "256",
      TALLYSTICK_QUEUE_COMMANDS: "5000",
      TALLYSTICK_QUEUE_MIB: "32",
      TALLYSTICK_QUEUE_MS: "2000",
      TALLYSTICK_CALLS_PER_CREDENTIAL: "300",
      TALLYSTICK_RATE_PER_CREDENTIAL: "40",
      TALLYSTICK_BURST_PER_CREDENTIAL: "100",
      TALLYSTICK_TRUSTED_PROXIES: "10.0.0.0/8, 192.0.2.7,fd00::/8",
      TALLYSTICK_PROXY_HEADER: "Forwarded",
      DATABASE_URL: "postgresql://me:pw@db:5432/ledger",
      DATABASE_DISTRIBUTED: "citus",
      DATABASE_WAIT_SECONDS: "0",
      SHUTDOWN_DELAY_SECONDS: "5",
      SHUTDOWN_GRACE_SECONDS: "3600",
      TALLYSTICK_ADMIN_CLIENT_ID: "root",
      TALLYSTICK_ADMIN_CLIENT_SECRET: secret,
      TALLYSTICK_CREDIT_PRODUCTS: "starter=400, token = 10",
      TALLYSTICK_METRICS_PORT: "9400",
      TALLYSTICK_METRICS_ACCESS: "credential",
      LOG_LEVEL: "silent",
      LOG_FORMAT: "pretty",
      LOG_READS: "0",
      LOG_WRITES: ".5",
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318/",
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
      OTEL_SERVICE_NAME: "ledger",
      OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
      OTEL_TRACES_SAMPLER_ARG: "0.01",
      OTEL_BSP_MAX_QUEUE_SIZE: "4096",
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "1024",
      OTEL_BSP_SCHEDULE_DELAY: "100",
      OTEL_BSP_EXPORT_TIMEOUT: "1000",
    };
    expect(readConfig(env, false)).toEqual({
      host: "::",
      port: 0,
      hasPages: false,
      tls: {
        paths: { cert: "/tls/tls.crt", key: resolve("tls.key"), clientCa: "/tls/clients.pem" },
        plaintext: "allow",
      },
      origins: new Set(["https://app.example.com", "http://localhost:5173"]),
      workers: 3,
      bounds: {
        limits: {
          ...{
            connectionsMax: 50,
            connectionsPerAddressMax: 20,
            handshakesMax: 100,
            handshakesPerAddressMax: 25,
          },
          ...{
            streamsMax: 500,
            streamsPerSessionMax: 60,
            streamsUnprovenMax: 60,
            headerBytesMax: 2 ** 15,
            requestBytesMax: 2 ** 20,
          },
          ...{ unfinishedBytesMax: 2 ** 27, unfinishedBytesPerAddressMax: 2 ** 26 },
          ...{ unfinishedBytesPerConnectionMax: 2 ** 24, unreadAnswerBytesMax: 2 ** 28 },
          ...{ unreadAnswerBytesPerAddressMax: 2 ** 26, unreadAnswerBytesPerConnectionMax: 2 ** 25 },
        },
        queue: { commandsMax: 5_000, bytesMax: 2 ** 25, waitMsMax: 2_000 },
        callers: { callsMax: 300, rate: { perSecond: 40, burst: 100 } },
      },
      proxies: {
        trusted: [
          { address: "10.0.0.0", bits: 8 },
          { address: "192.0.2.7", bits: 32 },
          { address: "fd00::", bits: 8 },
        ],
        header: "forwarded",
      },
      database: { kind: "external", url: env.DATABASE_URL },
      isToDistribute: true,
      lifecycle: { databaseWaitMs: 0, shutdownDelayMs: 5_000, shutdownGraceMs: 3_600_000 },
      admin: { clientId: "root", clientSecret: secret },
      issuers: [expect.objectContaining({ name: "idp", ...access })],
      creditProducts: new Map([
        ["credits", 1n],
        ["token", 10n],
        ["starter", 400n],
      ]),
      metrics: { port: 9400, access: "credential" },
      log: { level: "silent", format: "pretty", calls: { reads: 0, writes: 0.5 } },
      traces: {
        ...{ url: "http://collector:4318/v1/traces", serviceName: "ledger" },
        ...{ sampler: "parentbased_traceidratio", ratio: 0.01 },
        batches: {
          ...{ maxQueueSize: 4_096, maxExportBatchSize: 1_024 },
          ...{ scheduledDelayMillis: 100, exportTimeoutMillis: 1_000 },
        },
      },
    });
    rmSync(folder, { recursive: true });
  });

  it("takes a worker a core, as many as there may be", () => {
    const { workers } = readConfig({ TALLYSTICK_WORKERS: "auto" });
    expect(workers).toBe(Math.min(availableParallelism(), workersMax));
  });

  it("has the metrics open where they have a port of their own, unless told otherwise", () => {
    expect(readConfig({ TALLYSTICK_METRICS_PORT: "9400" }).metrics).toEqual({ port: 9400, access: "open" });
    expect(readConfig({ TALLYSTICK_METRICS_ACCESS: "open" }).metrics).toEqual({
      ...{ port: undefined, access: "open" },
    });
  });

  it.each([{}, { PORT: "7400" }])("refuses one port for the metrics and for all else: %j", (env) => {
    expect(refusal({ ...env, TALLYSTICK_METRICS_PORT: "7400" })).toBe(
      "TALLYSTICK_METRICS_PORT is 7400, which is PORT: set another one, or none to have the metrics on PORT.",
    );
  });

  it("bounds what is not set as the service itself does", () => {
    const { limits, queue, callers } = readConfig({}).bounds;
    expect({ ...defaultLimits, ...limits }).toEqual(defaultLimits);
    expect({ queue, callers }).toEqual({ queue: defaultQueueBounds, callers: defaultCallerLimits });
  });

  it("lets a credential that may call so often call as many times at once, and refuses a burst of no rate", () => {
    expect(readConfig({ TALLYSTICK_RATE_PER_CREDENTIAL: "40" }).bounds.callers.rate).toEqual({
      ...{ perSecond: 40, burst: 40 },
    });
    expect(refusal({ TALLYSTICK_BURST_PER_CREDENTIAL: "5" })).toBe(
      "TALLYSTICK_RATE_PER_CREDENTIAL is unset, but TALLYSTICK_BURST_PER_CREDENTIAL is set: set both or the first alone.",
    );
  });

  it("refuses plaintext where TLS is on, unless told otherwise", () => {
    expect(readConfig({ TLS_CERT: "/a", TLS_KEY: "/b" }).tls).toEqual({
      paths: { cert: "/a", key: "/b", clientCa: undefined },
      plaintext: "refuse",
    });
  });

  it("makes the data folder absolute", () => {
    expect(readConfig({ TALLYSTICK_DATA_DIR: "some/folder" }).database).toEqual({
      kind: "embedded",
      dataDir: resolve("some/folder"),
    });
  });

  it.each([
    "postgres://host/db",
    "postgres://user:p%40ss@[::1]:5432/db?sslmode=require",
    "postgres://user@one:5432,two:5433/db?target_session_attrs=read-write",
    "postgres://user@one,two:5433/db?sslmode=verify-full&target_session_attrs=primary",
    "postgres://tallystick@%2Ftmp%2Fsocket:5432/tallystick",
    "postgres:///db",
  ])("accepts DATABASE_URL %s", (url) => {
    expect(readConfig({ DATABASE_URL: url }).database).toEqual({ kind: "external", url });
  });

  it.each([
    ["postgres://one,two/db?target_session_attrs=any", "postgres://one,two/db"],
    ["postgres://one/db?target_session_attrs=any&sslmode=require", "postgres://one/db?sslmode=require"],
    ["postgres://one/db?sslmode=require&target_session_attrs=any", "postgres://one/db?sslmode=require"],
    [
      "postgres://one/db?target_session_attrs=%61ny&application_name=a?",
      "postgres://one/db?application_name=a?",
    ],
    ["postgres://one/db&", "postgres://one/db&"],
  ])("takes %s as %s, for the driver does not know libpq's default", (url, taken) => {
    expect(readConfig({ DATABASE_URL: url }).database).toEqual({ kind: "external", url: taken });
  });

  it.each<[SettingName, string]>([
    ["HOST", "not a host"],
    ["HOST", "http://localhost"],
    ["PORT", "http"],
    ["PORT", "65536"],
    ["PORT", "-1"],
    ["PORT", "7400.0"],
    ["PORT", " 7400"],
    ["TALLYSTICK_CREDIT_PRODUCTS", "starter"],
    ["TALLYSTICK_CREDIT_PRODUCTS", "starter=0"],
    ["TALLYSTICK_CREDIT_PRODUCTS", "starter=1.5"],
    ["TALLYSTICK_CREDIT_PRODUCTS", "=5"],
    ["TALLYSTICK_CREDIT_PRODUCTS", "starter=5,"],
    ["SHUTDOWN_DELAY_SECONDS", "-1"],
    ["SHUTDOWN_DELAY_SECONDS", "5s"],
    ["SHUTDOWN_GRACE_SECONDS", "3601"],
    ["LOG_LEVEL", "verbose"],
    ["LOG_FORMAT", "xml"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317"],
    ["OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"],
    ["OTEL_TRACES_SAMPLER", "jaeger_remote"],
    ["OTEL_TRACES_SAMPLER_ARG", "2"],
    ["OTEL_BSP_MAX_QUEUE_SIZE", "-1"],
    ["OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "0"],
    ["OTEL_BSP_SCHEDULE_DELAY", "5s"],
    ["OTEL_BSP_EXPORT_TIMEOUT", "0.5"],
    ["LOG_READS", "1.1"],
    ["LOG_WRITES", "all"],
    ["CORS_ORIGINS", "app.example.com"],
    ["CORS_ORIGINS", "https://app.example.com/"],
    ["CORS_ORIGINS", "https://App.example.com"],
    ["CORS_ORIGINS", "https://app.example.com,*"],
    ["CORS_ORIGINS", "null"],
    ["TALLYSTICK_TRUSTED_PROXIES", "proxy.example.com"],
    ["TALLYSTICK_TRUSTED_PROXIES", "10.0.0.0/33"],
    ["TALLYSTICK_TRUSTED_PROXIES", "10.0.0.1,"],
    ["TALLYSTICK_TRUSTED_PROXIES", "*"],
    ["TALLYSTICK_PROXY_HEADER", "x-real-ip"],
    ["TALLYSTICK_PAGES", "no"],
    ["TALLYSTICK_WORKERS", "0"],
    ["TALLYSTICK_WORKERS", "17"],
    ["TALLYSTICK_WORKERS", "2.0"],
    ["TALLYSTICK_WORKERS", "all"],
    ["TALLYSTICK_ADMIN_CLIENT_ID", "a:b"],
    ["TALLYSTICK_ADMIN_CLIENT_ID", "a".repeat(129)],
    ["TALLYSTICK_ADMIN_CLIENT_ID", "müller"],
  ])("refuses %s=%j, naming the variable, the value and what is allowed", (name, value) => {
    const shown = JSON.stringify(value.slice(0, 100));
    expect(refusal({ [name]: value })).toBe(`${name} is ${shown}, but must be ${settings[name].allowed}.`);
  });

  it("keeps the message on one line of bounded length", () => {
    const message = refusal({ LOG_LEVEL: "loud\n".repeat(1000) });
    expect(message).not.toContain("\n");
    expect(message.length).toBeLessThan(400);
  });

  it("refuses a PGTARGETSESSIONATTRS that the driver does not know", () => {
    expect(() => readConfig({ PGTARGETSESSIONATTRS: "primery" })).toThrow(
      "PGTARGETSESSIONATTRS is primery, but must be one of read-write, read-only, primary, standby, prefer-standby, or unset.",
    );
    expect(readConfig({ PGTARGETSESSIONATTRS: "primary" }).database.kind).toBe("embedded");
  });

  it.each(["abc", " ", "0", "-1", "65536", "5432,5433", "5432x"])(
    "refuses PGPORT=%j, which is no port",
    (PGPORT) => {
      expect(() => readConfig({ PGPORT })).toThrow(
        `PGPORT is ${PGPORT}, but must be a whole number from 1 to 65535, or unset.`,
      );
    },
  );

  it.each(["", "1", "65535"])("takes PGPORT=%j", (PGPORT) => {
    expect(readConfig({ PGPORT }).database.kind).toBe("embedded");
  });

  it.each([
    "mysql://me:hunter2@host/db",
    "postgres://me:hunter2@host:port/db",
    "postgres://me:hunter2%zz@host/db",
    "me:hunter2@host",
    "postgres://me:hunter2@host/db?sslmode=verify_full",
    "host=db password=hunter2",
    "postgres://me:hunter2/a@host/db",
    "postgres://me:1234#hunter2@host/db",
    "postgres://me:1234/hunter2@host/db",
    "postgres://me:a@hunter2,b@host/db",
    "postgres:///db?host=db&user=me&password=hunter2",
    "postgres://me:hunter2@host/db?target_session_attrs=first",
    "postgres://me:hunter2%ff@host/db",
    "postgres://me:hunter2@host/d%ff",
    "postgres://me:hunter2@host/d%b",
  ])("never shows the password of a refused DATABASE_URL (%s)", (url) => {
    const message = refusal({ DATABASE_URL: url });
    expect(message).toContain("DATABASE_URL is ");
    expect(message).toContain("postgres://");
    expect(message).not.toContain("hunter2");
  });

  it.each<[SettingName, string, string]>([
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "ftp://me:hunter2@collector:4318", "ftp://…@collector:4318"],
    ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "me:hunter2@collector", "…@collector"],
    ["CORS_ORIGINS", `https://me:hunter2@one,https://me:${"hunter2".repeat(20)}@two`, "https://…@two"],
    ["HOST", "http://me:hunter2@/@host", "http://…@host"],
  ])("never shows a password in a refused %s (%s)", (name, value, shown) => {
    expect(refusal({ [name]: value })).toBe(`${name} is "${shown}", but must be ${settings[name].allowed}.`);
  });

  it.each(["short", "secret with spaces in it"])("never shows a refused secret (%s)", (value) => {
    const message = refusal({ TALLYSTICK_ADMIN_CLIENT_SECRET: value });
    expect(message).toContain(
      `TALLYSTICK_ADMIN_CLIENT_SECRET is a text of ${value.length} characters, but must be 16 to 256`,
    );
    expect(message).not.toContain(value);
  });

  it("wants both halves of the admin credential or neither", () => {
    expect(refusal({ TALLYSTICK_ADMIN_CLIENT_ID: "root" })).toBe(
      "TALLYSTICK_ADMIN_CLIENT_SECRET is unset, but TALLYSTICK_ADMIN_CLIENT_ID is set: set both or neither.",
    );
    expect(refusal({ TALLYSTICK_ADMIN_CLIENT_SECRET: secret })).toBe(
      "TALLYSTICK_ADMIN_CLIENT_ID is unset, but TALLYSTICK_ADMIN_CLIENT_SECRET is set: set both or neither.",
    );
  });
});
