import type { Logger } from "pino";
import { ensureAdminCredential, generatedCredential } from "../../admin-credential.ts";
import type { App } from "../../app.ts";
import type { Config } from "../../config.ts";
import { ensureDemo } from "../../demo.ts";
import type { WelcomeFacts } from "../../welcome.ts";

const noWayIn =
  "no credential of the platform can make organizations: make one with `tallystick credentials create`, or set " +
  "TALLYSTICK_ADMIN_CLIENT_ID and TALLYSTICK_ADMIN_CLIENT_SECRET";

/** What people are told once the service is ready, but for where and how it is reached, and where that is shown. */
export type Prepared = Omit<WelcomeFacts, "hasPages" | "address" | "tls" | "isToTerminal">;

/**
 * What a start does once before anybody is served: the credential of the settings, or in a database of its own one that is
 * made up where the settings say none; and a demo there.
 */
export async function prepare(
  app: App,
  { admin, database }: Config,
  log: Logger,
): Promise<Prepared | undefined> {
  if (admin !== undefined) await ensureAdminCredential(app, admin);
  const prepared = database.kind === "embedded" ? await prepareDemo(app, admin, database.dataDir) : undefined;
  if (!(await app.platformAdmins.isThereOne())) log.warn(noWayIn);
  return prepared;
}

/** With a database of its own comes a credential, and something to look at. */
async function prepareDemo(app: App, admin: Config["admin"], dataDir: string): Promise<Prepared> {
  const credential = admin === undefined ? generatedCredential(dataDir) : undefined;
  if (credential !== undefined) await ensureAdminCredential(app, credential);
  return { credential, demo: await ensureDemo(app) };
}
