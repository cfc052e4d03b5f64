import type { Transport } from "@connectrpc/connect";
import { readConfig } from "../../config.ts";
import { withDatabase } from "../database.ts";
import type { Surroundings } from "../surroundings.ts";
import { channelTo } from "./channel.ts";
import { connectDatabase } from "./database.ts";
import { connectServer } from "./server.ts";
import { clientCredentialOf, serverOf } from "./settings.ts";

/** Which ledger a command asks: a server's, or without one that of the database of the settings. */
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
  if (address === undefined)
    return withDatabase(readConfig(env).database, async ({ url }) =>
      closing(await connectDatabase(url, stderr), work),
    );
  const credential = clientCredentialOf(credentialFile, env);
  return closing(connectServer(address, channelTo(address, env), credential), work);
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
