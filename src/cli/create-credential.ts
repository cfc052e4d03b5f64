import { v7 as uuidv7 } from "uuid";
import { type Role, roles } from "../auth/caller.ts";
import { hashOf, newSecret } from "../auth/secret.ts";
import { ConfigError, readConfig } from "../config.ts";
import { type Database, openDatabase } from "../store/driver/database.ts";
import { requireMigrated } from "../store/driver/migrate.ts";
import { Credentials } from "../store/tenants/credentials.ts";
import { operator } from "../store/trail/by.ts";
import { withDatabase } from "./database.ts";
import { organizationIdOf } from "./organization.ts";
import type { Surroundings } from "./surroundings.ts";

export interface CreateCredentialOptions {
  /** Id or name; the platform without it. */
  readonly organization?: string;
  readonly role: string;
  readonly displayName: string;
}

/** Makes a credential in the database of the settings, and prints its secret, which is kept nowhere else. */
export async function createCredentialCommand(
  options: CreateCredentialOptions,
  { env, stdout }: Surroundings,
): Promise<number> {
  const role = roles.find((each) => each === options.role);
  if (role === undefined)
    throw new ConfigError(
      `--role is ${JSON.stringify(options.role)}, but must be one of ${roles.join(", ")}.`,
    );
  const { clientId, clientSecret } = await withDatabase(readConfig(env).database, ({ url }) =>
    createIn(url, { ...options, role }),
  );
  stdout.write(`client id      ${clientId}\nclient secret  ${clientSecret}\n`);
  return 0;
}

async function createIn(url: string, options: CreateCredentialOptions & { readonly role: Role }) {
  const database = openDatabase(url);
  try {
    await requireMigrated(database);
    return await create(database, options);
  } finally {
    await database.close();
  }
}

async function create(
  database: Database,
  { organization, role, displayName }: CreateCredentialOptions & { readonly role: Role },
) {
  const orgId = organization === undefined ? null : await organizationIdOf(database, organization);
  const [clientId, clientSecret] = [uuidv7(), newSecret()];
  const fields = { clientId, orgId, role, secretHash: hashOf(clientSecret), displayName };
  await new Credentials(database).create(fields, operator("tallystick credentials create"));
  return { clientId, clientSecret };
}
