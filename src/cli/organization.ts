import { ConfigError } from "../config/config-error.ts";
import type { Database } from "../store/driver/database.ts";
import { Organizations } from "../store/tenants/organizations.ts";

/** The id of the organization that `--organization` names. */
export async function organizationIdOf(database: Database, name: string): Promise<string> {
  const organization = await new Organizations(database).find(name);
  if (organization === undefined)
    throw new ConfigError(`--organization is ${JSON.stringify(name)}, but must be the id or name of one.`);
  return organization.id;
}
