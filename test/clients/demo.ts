import pino from "pino";
import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { ensureAdminCredential } from "../../src/admin-credential.ts";
import { ensureDemo } from "../../src/demo.ts";
import { createService } from "../../src/service.ts";
import { createDatabase } from "../support/database.ts";
import { connectClients } from "../support/service.ts";

export type ClientDemo = Awaited<ReturnType<typeof startClientDemo>>;

/** The service with its demo organization, and what a client's program has in its environment. */
export async function startClientDemo() {
  const credential = { clientId: "demo-client", clientSecret: "secret-of-the-demo-client" };
  const database = await createDatabase();
  const service = await createService(database.url, pino({ level: "silent" }));
  await ensureAdminCredential(service.app, credential);
  await ensureDemo(service.app);
  const { port } = await service.listen("127.0.0.1", 0);
  const url = `http://127.0.0.1:${port}`;
  const { customers, ledger } = connectClients(url, credential);
  return {
    url,
    port,
    credential,
    env: { AUTH: `${credential.clientId}:${credential.clientSecret}`, TALLYSTICK_URL: url },
    /** Makes a customer of the demo organization that holds so many credits. */
    async customer(email: string, credits = "0") {
      const organization = "demo";
      await customers.createCustomer({ organization, name: email, email });
      if (credits === "0") return;
      const transfer = { organization, customer: email, amount: credits, currency: "VC" };
      await ledger.createTransfer({ ...transfer, kind: TransferKind.CREDIT });
    },
    async stop() {
      await service.stop();
      await database.drop();
    },
  };
}
