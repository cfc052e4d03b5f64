import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { v7 as uuidv7 } from "uuid";
import type { App } from "./app.ts";
import { hashOf, newSecret } from "./auth/secret.ts";
import { type AdminCredential, ConfigError } from "./config.ts";

/** Makes the platform credential of the configuration good, with its secret as it is now. */
export async function ensureAdminCredential(
  app: App,
  { clientId, clientSecret }: AdminCredential,
): Promise<void> {
  const displayName = "made at start";
  await app.credentials.putPlatformAdmin({ clientId, secretHash: hashOf(clientSecret), displayName });
}

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
