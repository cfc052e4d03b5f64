import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { v7 as uuidv7 } from "uuid";
import type { App } from "./app.ts";
import { hashOf, newSecret } from "./auth/secret.ts";
import { ConfigError } from "./config/config-error.ts";
import type { AdminCredential } from "./config.ts";
import type { PutObstacle } from "./store/tenants/platform-admins.ts";
import { operator } from "./store/trail/by.ts";

/** Whoever starts the service. */
const starter = operator("tallystick serve");

/** Where a credential is written down that a start makes good. */
interface Written extends AdminCredential {
  /** The file of a data folder; the settings where there is none. */
  readonly file?: string;
}

/**
 * Makes the platform credential of the configuration good, with its secret as it is now.
 *
 * @throws ConfigError where that would make good again what has ended, or give rights to somebody else's
 */
export async function ensureAdminCredential(
  app: App,
  { clientId, clientSecret, file }: Written,
): Promise<void> {
  const displayName = "made at start";
  const secretHash = hashOf(clientSecret);
  const outcome = await app.platformAdmins.put({ clientId, secretHash, displayName }, starter);
  if (outcome === "put") return;
  throw new ConfigError(
    file === undefined
      ? settingsProblems[outcome]
      : `${file} ${fileProblems[outcome]}: delete it, and a new one is made.`,
  );
}

const settingsProblems: Readonly<Record<PutObstacle, string>> = {
  revoked:
    "TALLYSTICK_ADMIN_CLIENT_ID names a credential that was revoked, for ever: set another client id with a new secret, or neither.",
  "other rights":
    "TALLYSTICK_ADMIN_CLIENT_ID names a credential that is no admin of the platform: set another client id.",
  expired:
    "TALLYSTICK_ADMIN_CLIENT_ID names a credential that has expired: move its end, set another client id with a new secret, or neither.",
  spent:
    "TALLYSTICK_ADMIN_CLIENT_SECRET is a former secret, which was rotated away, replaced or revoked, or has expired, and is never made good again: set the one that is good, or a new one, or neither.",
};

const fileProblems: Readonly<Record<PutObstacle, string>> = {
  revoked: "holds a credential that was revoked",
  "other rights": "names a credential that is no admin of the platform",
  expired: "holds a credential that has expired",
  spent: "holds a former secret, which was rotated away, replaced or revoked, or has expired",
};

export interface GeneratedCredential extends AdminCredential {
  /** Where it is kept. */
  readonly file: string;
  readonly isNew: boolean;
}

/** The credential that was generated for a data folder: made on the first start, the same ever after. */
export function generatedCredential(dataDir: string): GeneratedCredential {
  const file = join(dataDir, "credential.json");
  const kept = readCredential(file);
  return { ...(kept ?? writeCredential(file)), file, isNew: kept === undefined };
}

function readCredential(file: string): AdminCredential | undefined {
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, "utf8");
  try {
    const { client_id: clientId, client_secret: clientSecret } = JSON.parse(text) as Record<string, unknown>;
    if (typeof clientId === "string" && typeof clientSecret === "string") return { clientId, clientSecret };
  } catch {
    // The parser's error is not passed on: it quotes the text, and with it the secret.
  }
  throw new ConfigError(`${file} holds no client_id and client_secret: delete it, and a new one is made.`);
}

function writeCredential(file: string): AdminCredential {
  const credential = { clientId: uuidv7(), clientSecret: newSecret() };
  const content = { client_id: credential.clientId, client_secret: credential.clientSecret };
  // Written beside and renamed, so that a crash leaves no half of it.
  writeFileSync(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return credential;
}
