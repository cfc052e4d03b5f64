import { isIP } from "node:net";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { type CreditProducts, standingCreditProducts } from "./api/frontier/credit-products.ts";
import type { IssuerSettings } from "./auth/jwt/issuer.ts";
import { type BoundsConfig, boundSettings, boundsConfigOf } from "./config/bounds.ts";
import { ConfigError } from "./config/config-error.ts";
import { allowedDatabaseUrl, parseDatabaseUrl, requireDriverVariables } from "./config/database-url.ts";
import { readIssuers } from "./config/jwt-issuers.ts";
import { type LifecycleConfig, lifecycleConfigOf, lifecycleSettings } from "./config/lifecycle.ts";
import { type LogConfig, logConfigOf, logSettings } from "./config/log.ts";
import { type MetricsConfig, metricsConfigOf, metricsSettings } from "./config/metrics.ts";
import { parseOrigins } from "./config/origins.ts";
import { parsePort } from "./config/port.ts";
import { parseRanges } from "./config/ranges.ts";
import { shownText } from "./config/shown.ts";
import { type TlsConfig, tlsConfigOf, tlsSettings } from "./config/tls.ts";
import { type TracesConfig, tracesConfigOf, tracesSettings } from "./config/traces.ts";
import { forwardingHeaders, type ProxyOptions } from "./server/connections/proxies.ts";

/** One environment variable: what the documentation says of it, and how its text becomes a value. */
export interface Setting<T> {
  /** The text that stands when the variable is unset, or in words what happens then. */
  readonly default: string;
  readonly meaning: string;
  /** What is accepted, as the end of the sentence "NAME must be …". */
  readonly allowed: string;
  /** The value, or undefined when the text is not allowed. */
  readonly parse: (text: string) => T | undefined;
  /** What an error may show of a refused text, where that is less than `shownText`. */
  readonly shown?: (text: string) => string;
}

/** Of what they have equal parts of, each has enough for one of the largest requests. */
export const workersMax = 16;

const hostName =
  /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\.?$/i;

/** Every setting of the server. An empty variable counts as unset. */
export const settings = {
  HOST: {
    default: "127.0.0.1",
    meaning: "The address that the server listens on; 0.0.0.0 or :: for all.",
    allowed: "an IP address or a host name",
    parse: (text) => (isIP(text) > 0 || hostName.test(text) ? text : undefined),
  },
  PORT: {
    default: "7400",
    meaning: "The one port for gRPC, gRPC-Web, Connect and REST.",
    allowed: "a whole number from 0 to 65535 (0: any free port)",
    parse: parsePort,
  },
  TALLYSTICK_PAGES: {
    default: "on",
    meaning:
      "Whether a browser gets pages on the port: the console, this documentation, the description of the API.",
    allowed: "on or off",
    parse: oneOf(["on", "off"]),
  },
  ...tlsSettings,
  CORS_ORIGINS: {
    default: "unset: none",
    meaning: "Whose pages a browser lets call the service and read its answers (CORS).",
    allowed: "origins such as https://app.example.com, with commas between them, or * for all",
    parse: parseOrigins,
  },
  TALLYSTICK_WORKERS: {
    default: "1",
    meaning: "How many processes serve the port, each of which keeps about one core busy.",
    allowed: `a whole number from 1 to ${workersMax}, or auto (one a core, up to ${workersMax})`,
    parse: parseWorkers,
  },
  TALLYSTICK_TRUSTED_PROXIES: {
    default: "unset: none",
    meaning: "Proxies that say truly whom a request came from, which then is the caller's address.",
    allowed: "up to 100 IP addresses or ranges such as 10.0.0.0/8, with commas between them",
    parse: parseRanges,
  },
  TALLYSTICK_PROXY_HEADER: {
    default: "x-forwarded-for",
    meaning: "The header in which trusted proxies say that.",
    allowed: `one of ${forwardingHeaders.join(", ")}`,
    parse: (text) => oneOf(forwardingHeaders)(text.toLowerCase()),
  },
  DATABASE_URL: {
    default: "unset: an embedded PostgreSQL under TALLYSTICK_DATA_DIR",
    meaning: "The PostgreSQL that holds the ledger.",
    allowed: allowedDatabaseUrl,
    parse: parseDatabaseUrl,
    shown: (text) => `${/^[a-z][a-z0-9+.-]*:\/\//i.exec(text)?.[0] ?? ""}…`,
  },
  DATABASE_DISTRIBUTED: {
    default: "unset: as the database is",
    meaning: "Has a start spread the tables of DATABASE_URL over the nodes of its Citus.",
    allowed: "citus, or unset",
    parse: oneOf(["citus"]),
  },
  ...lifecycleSettings,
  TALLYSTICK_DATA_DIR: {
    default: ".tallystick",
    meaning: "The folder of the embedded PostgreSQL and of the credential that is generated for it.",
    allowed: "the path of a folder",
    parse: (text) => resolve(text),
  },
  TALLYSTICK_ADMIN_CLIENT_ID: {
    default: "unset",
    meaning: "Client id of a platform credential that is made or updated at start; needs the secret too.",
    allowed: "1 to 128 visible ASCII characters without a colon",
    parse: (text) => (/^[!-9;-~]{1,128}$/.test(text) ? text : undefined),
  },
  TALLYSTICK_ADMIN_CLIENT_SECRET: {
    default: "unset",
    meaning: "Secret of that platform credential.",
    allowed: "16 to 256 visible ASCII characters",
    parse: (text) => (/^[!-~]{16,256}$/.test(text) ? text : undefined),
    shown: (text) => `a text of ${text.length} characters`,
  },
  TALLYSTICK_JWT_ISSUERS: {
    default: "unset: none",
    meaning: "Identity providers whose tokens callers may prove themselves with.",
    allowed: "the path of a JSON file",
    parse: (text) => resolve(text),
  },
  ...boundSettings,
  TALLYSTICK_CREDIT_PRODUCTS: {
    default: "unset: credits=1,token=1, which are there beside others too",
    meaning:
      "What Frontier's DelegatedCheckout can give: products, and how many credits one unit of each holds.",
    allowed: "a list like starter=400,pro=5000 of names of up to 255 characters with whole numbers above 0",
    parse: parseCreditProducts,
  },
  ...metricsSettings,
  ...logSettings,
  ...tracesSettings,
} as const satisfies Record<string, Setting<unknown>>;

export type SettingName = keyof typeof settings;

export interface Config {
  readonly host: string;
  /** 0 asks for any free port. */
  readonly port: number;
  /** Whether a browser gets pages. */
  readonly hasPages: boolean;
  /** Undefined where nothing is encrypted. */
  readonly tls: TlsConfig | undefined;
  /** Origins of the pages that may read answers in a browser. */
  readonly origins: "all" | ReadonlySet<string>;
  /** Processes that serve the port. */
  readonly workers: number;
  readonly bounds: BoundsConfig;
  readonly proxies: ProxyOptions;
  readonly database: EmbeddedDatabase | ExternalDatabase;
  /** Whether a start spreads the tables over the nodes of the database's Citus. */
  readonly isToDistribute: boolean;
  readonly lifecycle: LifecycleConfig;
  /** The platform credential that the operator brings. */
  readonly admin: AdminCredential | undefined;
  readonly issuers: readonly IssuerSettings[];
  /** Credits in one unit of each product that Frontier's administrators may give. */
  readonly creditProducts: CreditProducts;
  readonly metrics: MetricsConfig;
  readonly log: LogConfig;
  /** Undefined where there are no traces. */
  readonly traces: TracesConfig | undefined;
}

export interface EmbeddedDatabase {
  readonly kind: "embedded";
  /** An absolute path. */
  readonly dataDir: string;
}

export interface ExternalDatabase {
  readonly kind: "external";
  readonly url: string;
}

export interface AdminCredential {
  readonly clientId: string;
  readonly clientSecret: string;
}

/**
 * The server's configuration from its environment.
 *
 * @param terminal whether the log goes to a terminal, which decides the default of LOG_FORMAT
 * @throws ConfigError for the first setting that is not allowed; no secret is in its message
 */
export function readConfig(env: NodeJS.ProcessEnv, terminal = process.stdout.isTTY === true): Config {
  const url = read(env, "DATABASE_URL");
  requireDriverVariables(env);
  const port = read(env, "PORT") ?? Number(settings.PORT.default);
  return {
    host: read(env, "HOST") ?? settings.HOST.default,
    port,
    hasPages: read(env, "TALLYSTICK_PAGES") !== "off",
    tls: tlsConfigOf(readAll(env, tlsSettings)),
    origins: read(env, "CORS_ORIGINS") ?? new Set(),
    workers: read(env, "TALLYSTICK_WORKERS") ?? Number(settings.TALLYSTICK_WORKERS.default),
    bounds: boundsConfigOf((name) => read(env, name)),
    proxies: {
      trusted: read(env, "TALLYSTICK_TRUSTED_PROXIES") ?? [],
      header: read(env, "TALLYSTICK_PROXY_HEADER") ?? settings.TALLYSTICK_PROXY_HEADER.default,
    },
    database: url === undefined ? { kind: "embedded", dataDir: readDataDir(env) } : { kind: "external", url },
    isToDistribute: readDistribution(env, url),
    lifecycle: lifecycleConfigOf({
      DATABASE_WAIT_SECONDS: read(env, "DATABASE_WAIT_SECONDS"),
      SHUTDOWN_DELAY_SECONDS: read(env, "SHUTDOWN_DELAY_SECONDS"),
      SHUTDOWN_GRACE_SECONDS: read(env, "SHUTDOWN_GRACE_SECONDS"),
    }),
    admin: readAdmin(env),
    issuers: readIssuers("TALLYSTICK_JWT_ISSUERS", read(env, "TALLYSTICK_JWT_ISSUERS")),
    creditProducts: read(env, "TALLYSTICK_CREDIT_PRODUCTS") ?? standingCreditProducts,
    metrics: metricsConfigOf(
      read(env, "TALLYSTICK_METRICS_PORT"),
      read(env, "TALLYSTICK_METRICS_ACCESS"),
      port,
    ),
    log: logConfigOf(readAll(env, logSettings), terminal),
    traces: tracesConfigOf(readAll(env, tracesSettings)),
  };
}

function readDistribution(env: NodeJS.ProcessEnv, url: string | undefined): boolean {
  const isAskedFor = read(env, "DATABASE_DISTRIBUTED") !== undefined;
  if (isAskedFor && url === undefined)
    throw new ConfigError(
      "DATABASE_DISTRIBUTED is set, but DATABASE_URL is unset: set it to the coordinator of a Citus. The embedded PostgreSQL is one server.",
    );
  return isAskedFor;
}

function readDataDir(env: NodeJS.ProcessEnv): string {
  return read(env, "TALLYSTICK_DATA_DIR") ?? resolve(settings.TALLYSTICK_DATA_DIR.default);
}

function readAdmin(env: NodeJS.ProcessEnv): AdminCredential | undefined {
  const clientId = read(env, "TALLYSTICK_ADMIN_CLIENT_ID");
  const clientSecret = read(env, "TALLYSTICK_ADMIN_CLIENT_SECRET");
  if (clientId !== undefined && clientSecret !== undefined) return { clientId, clientSecret };
  if (clientId === undefined && clientSecret === undefined) return undefined;
  const [given, missing] = clientId === undefined ? ["SECRET", "ID"] : ["ID", "SECRET"];
  throw new ConfigError(
    `TALLYSTICK_ADMIN_CLIENT_${missing} is unset, but TALLYSTICK_ADMIN_CLIENT_${given} is set: set both or neither.`,
  );
}

type SettingValue<N extends SettingName> = NonNullable<ReturnType<(typeof settings)[N]["parse"]>>;

/** The values of all settings of a subject. */
function readAll<N extends SettingName>(
  env: NodeJS.ProcessEnv,
  of: Readonly<Record<N, unknown>>,
): { readonly [K in N]: SettingValue<K> | undefined } {
  const names = Object.keys(of) as N[];
  return Object.fromEntries(names.map((name) => [name, read(env, name)])) as {
    readonly [K in N]: SettingValue<K> | undefined;
  };
}

function read<N extends SettingName>(env: NodeJS.ProcessEnv, name: N): SettingValue<N> | undefined {
  const text = env[name];
  if (text === undefined || text === "") return undefined;
  const { allowed, parse, shown }: Setting<unknown> = settings[name];
  const value = parse(text);
  if (value === undefined) {
    const seen = shown?.(text) ?? shownText(text);
    throw new ConfigError(`${name} is ${seen}, but must be ${allowed}.`);
  }
  return value as SettingValue<N>;
}

function parseWorkers(text: string): number | undefined {
  if (text === "auto") return Math.min(availableParallelism(), workersMax);
  return /^[1-9]\d?$/.test(text) && Number(text) <= workersMax ? Number(text) : undefined;
}

function oneOf<const T extends string>(values: readonly T[]): (text: string) => T | undefined {
  return (text) => values.find((value) => value === text);
}

function parseCreditProducts(text: string): CreditProducts | undefined {
  const products = new Map(standingCreditProducts);
  for (const each of text.split(",")) {
    const [name = "", credits = "", ...rest] = each.split("=").map((part) => part.trim());
    const isProduct = name !== "" && name.length <= 255 && /^[1-9]\d{0,17}$/.test(credits);
    if (!isProduct || rest.length > 0) return undefined;
    products.set(name, BigInt(credits));
  }
  return products;
}
