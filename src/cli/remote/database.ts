import { createRouterTransport, type Interceptor, type Transport } from "@connectrpc/connect";
import pino from "pino";
import { standingCreditProducts } from "../../api/frontier/credit-products.ts";
import { services } from "../../api/services.ts";
import { errorsInterceptor } from "../../api/shared/caller-error.ts";
import { createApp } from "../../app.ts";
import { setCaller } from "../../auth/caller.ts";
import { openDatabase } from "../../store/driver/database.ts";
import { requireMigrated } from "../../store/driver/migrate.ts";

/** Whoever has the database may do everything; the records name them as this. */
const operator = { actor: "operator", orgId: null, role: "admin" } as const;

const asOperator: Interceptor = (next) => (request) => {
  setCaller(request.contextValues, operator);
  return next(request);
};

/**
 * The methods of a server, on a database, until it is closed.
 *
 * @throws NotMigrated, and whatever keeps it from the database
 */
export async function connectDatabase(
  url: string,
  logged: { write(text: string): unknown },
): Promise<{ readonly transport: Transport; close(): Promise<void> }> {
  const database = openDatabase(url);
  try {
    await requireMigrated(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  const log = pino({ level: "warn" }, { write: (line: string) => void logged.write(line) });
  const app = createApp(database, { log, creditProducts: standingCreditProducts, processes: 1 });
  const transport = createRouterTransport(
    (router) => {
      for (const { desc, impl } of services(app)) router.service(desc, impl);
    },
    { router: { interceptors: [asOperator, errorsInterceptor(log)] } },
  );
  return {
    transport,
    close: async () => {
      await Promise.all([app.refusalLog.close(), app.credentialUses.close()]);
      await database.close();
    },
  };
}
