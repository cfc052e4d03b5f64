import { readFileSync } from "node:fs";
import { algorithms, type IssuerSettings } from "../auth/jwt/issuer.ts";
import { isKeyUrl } from "../auth/jwt/url.ts";
import { ConfigError } from "./config-error.ts";
import { JsonFields } from "./json-fields.ts";
import { organizationIn, roleIn } from "./jwt-mappings.ts";

const issuersMax = 20;
const listMax = 20;
const fields = [
  ...["name", "issuer", "audience", "jwksUri", "algorithms", "clockSkewSeconds", "maxAgeSeconds"],
  ...["organization", "role"],
];

/**
 * The issuers that a file names.
 *
 * @throws ConfigError for the first field that is not allowed, which it names
 */
export function readIssuers(setting: string, path: string | undefined): readonly IssuerSettings[] {
  if (path === undefined) return [];
  const { value, where } = JsonFields.of(jsonIn(setting, path), setting, ["issuers"]).at("issuers");
  if (!Array.isArray(value) || value.length === 0 || value.length > issuersMax)
    throw new ConfigError(`${where} must be a list of 1 to ${issuersMax} issuers.`);
  const issuers = value.map((each: unknown, index) =>
    issuerIn(JsonFields.of(each, `${where}[${index}]`, fields)),
  );
  for (const field of ["name", "issuer"] as const) {
    const twice = issuers.find((one, at) =>
      issuers.slice(0, at).some((other) => other[field] === one[field]),
    );
    if (twice !== undefined) throw new ConfigError(`${where} has two with ${field} ${twice[field]}.`);
  }
  return issuers;
}

function issuerIn(of: JsonFields): IssuerSettings {
  const url = "an https URL, or http on this machine";
  const parseUrl = (value: unknown) => (typeof value === "string" && isKeyUrl(value) ? value : undefined);
  const parseText = (value: unknown) => (isText(value) ? value : undefined);
  const issuer = of.has("jwksUri") ? "a text" : `${url}, where there is no jwksUri`;
  return {
    name: of.read("name", "1 to 32 of a to z, 0 to 9 and -, beginning with a letter", (value) =>
      typeof value === "string" && /^[a-z][a-z0-9-]{0,31}$/.test(value) ? value : undefined,
    ),
    issuer: of.read(
      "issuer",
      `${issuer}, letter by letter as the tokens' iss`,
      of.has("jwksUri") ? parseText : parseUrl,
    ),
    audiences: of.read(
      "audience",
      `a text, a list of up to ${listMax}, or null for tokens that have none`,
      audiencesIn,
    ),
    jwksUri: of.readOr<string | undefined>("jwksUri", undefined, url, parseUrl),
    algorithms: of.readOr("algorithms", ["RS256"], `a list of ${algorithms.join(", ")}`, algorithmsIn),
    clockSkewSeconds: of.readOr("clockSkewSeconds", 60, "a whole number from 0 to 300", wholeUpTo(300, 0)),
    ageSecondsMax: of.readOr(
      "maxAgeSeconds",
      86_400,
      "a whole number from 60 to 2592000",
      wholeUpTo(2_592_000, 60),
    ),
    organization: organizationIn(of),
    role: roleIn(of),
  };
}

function jsonIn(setting: string, path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    // What the parser says may repeat what is in the file.
    const code =
      error instanceof SyntaxError ? "holds no JSON" : `cannot be read: ${(error as Error).message}`;
    throw new ConfigError(`${setting} names ${path}, which ${code}.`);
  }
}

function textsIn(value: unknown): readonly string[] | undefined {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const isAllowed = list.length > 0 && list.length <= listMax && list.every(isText);
  return isAllowed ? (list as string[]) : undefined;
}

/** Null has to be written: a token without an audience is good for whoever takes its issuer's. */
function audiencesIn(value: unknown): readonly string[] | undefined {
  return value === null ? [] : textsIn(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= 512;
}

function algorithmsIn(value: unknown): IssuerSettings["algorithms"] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const named = value.map((name) => algorithms.find((each) => each === name));
  return named.every((each) => each !== undefined) ? named : undefined;
}

function wholeUpTo(most: number, least: number): (value: unknown) => number | undefined {
  return (value) =>
    typeof value === "number" && Number.isInteger(value) && value >= least && value <= most
      ? value
      : undefined;
}
