import type { Transport } from "@connectrpc/connect";
import { ConfigError } from "../../config/config-error.ts";
import { type Config, readConfig } from "../../config.ts";
import type { Surroundings } from "../surroundings.ts";
import { authorizeBy } from "./authorize.ts";
import { channelTo } from "./channel.ts";
import { connectServer } from "./server.ts";
import { serverOf } from "./settings.ts";

/**
 * Which ledger a command asks: the server of the option, or else of TALLYSTICK_SERVER, and where there is none the database of
 * the settings.
 */
export interface LedgerOptions {
  readonly server?: string;
  readonly credentialFile?: string;
}

/** Asks the ledger that is meant, and closes the way to it afterwards. */
export async function withLedger<T>(
  { server, credentialFile }: LedgerOptions,
  { env, stderr }: Surroundings,
  work: (ledger: Transport) => Promise<T>,
): Promise<T> {
  const address = serverOf(server, env);
  if (address === undefined && credentialFile !== undefined)
    throw new ConfigError("--credential-file is for a server: name it by --server or TALLYSTICK_SERVER.");
  if (address === undefined) return askDatabase(readConfig(env), stderr, work);
  const authorize = authorizeBy(credentialFile, env);
  if (server === undefined && env["DATABASE_URL"])
    stderr.write(
      `tallystick: TALLYSTICK_SERVER and DATABASE_URL are both set: asking the server, ${address.authority}; unset TALLYSTICK_SERVER to ask the database\n`,
    );
  return closing(connectServer(address, channelTo(address, env), authorize), work);
}

/** Loads the handlers, which are most of the service, and which nobody needs who asks a server. */
async function askDatabase<T>(
  { database }: Config,
  stderr: Surroundings["stderr"],
  work: (ledger: Transport) => Promise<T>,
): Promise<T> {
  const [{ orSaying, withDatabase }, { connectDatabase }] = await Promise.all([
    import("../database.ts"),
    import("./database.ts"),
  ]);
  const asked = withDatabase(database, async ({ url }) => closing(await connectDatabase(url, stderr), work));
  return orSaying(asked, "To ask that server, name it by --server or TALLYSTICK_SERVER.");
}

async function closing<T>(
  { transport, close }: { readonly transport: Transport; close(): Promise<void> | void },
  work: (ledger: Transport) => Promise<T>,
): Promise<T> {
  try {
    return await work(transport);
  } finally {
    await close();
  }
}
