import { createRegistry } from "@bufbuild/protobuf";
import { createClient, type Transport } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import pino from "pino";
import { file_google_rpc_error_details } from "../../gen/google/rpc/error_details_pb.ts";
import { AdminService } from "../../gen/raystack/frontier/v1beta1/admin_pb.ts";
import { FrontierService } from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { AuditService } from "../../gen/tallystick/v1/audit_pb.ts";
import { CredentialService } from "../../gen/tallystick/v1/credential_pb.ts";
import { CurrencyService } from "../../gen/tallystick/v1/currency_pb.ts";
import { CustomerService } from "../../gen/tallystick/v1/customer_pb.ts";
import { LedgerService, TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { OrganizationService } from "../../gen/tallystick/v1/organization_pb.ts";
import { ensureAdminCredential } from "../../src/admin-credential.ts";
import { logOptions } from "../../src/log.ts";
import { createService, type ServiceOptions, type TallystickService } from "../../src/service.ts";
import { authority } from "./certificates.ts";
import { createDatabase } from "./database.ts";
import { makeTenant, type Tenant, type TestCredential } from "./tenant.ts";

export type { Tenant, TestCredential };

/** The real service on a free port, over a database of the test file's own. */
export interface TestService {
  /** `http://127.0.0.1:port`, `https://localhost:port` where it is encrypted */
  readonly url: string;
  readonly databaseUrl: string;
  /** A platform credential with role admin. */
  readonly platform: TestCredential;
  /** The log records written so far, as JSON lines. */
  readonly logged: readonly string[];
  /** Makes a tenant whose billing account holds so many credits. */
  tenant(options?: { credits?: number }): Promise<Tenant>;
  /** Credits a customer natively. */
  credit(tenant: Pick<Tenant, "orgId" | "billingId">, amount: string, currency?: string): Promise<void>;
  /** Starts another instance on the same database, which stops with this one. */
  another(options?: InstanceOptions): Promise<Pick<TestService, "url">>;
  /** Running calls get `graceMs` to end, where that is said. */
  stop(graceMs?: number): Promise<void>;
}

type InstanceOptions = ServiceOptions & {
  /** Makes another way to the database, such as a proxy, of its URL. */
  readonly reach?: (databaseUrl: string) => Promise<string>;
};

const platform: TestCredential = { clientId: "platform", clientSecret: "platform-secret-of-the-tests" };

export async function startService(options: InstanceOptions = {}): Promise<TestService> {
  const database = await createDatabase();
  const logged: string[] = [];
  const log = pino(logOptions("info"), { write: (line: string) => logged.push(line) });
  const instances: TallystickService[] = [];
  const start = async ({ reach = async (url) => url, ...serviceOptions }: InstanceOptions) => {
    const service = await createService(await reach(database.url), log, serviceOptions);
    instances.push(service);
    if (instances.length === 1) await ensureAdminCredential(service.app, platform);
    const { port } = await service.listen("127.0.0.1", 0);
    return {
      app: service.app,
      url: `${serviceOptions.tls ? "https://localhost" : "http://127.0.0.1"}:${port}`,
    };
  };
  const { app, url } = await start(options);
  const clients = connectClients(url, platform);
  let tenants = 0;

  const credit = async (tenant: Pick<Tenant, "orgId" | "billingId">, amount: string, currency = "VC") => {
    const transfer = { organization: tenant.orgId, customer: tenant.billingId, amount, currency };
    await clients.ledger.createTransfer({ ...transfer, kind: TransferKind.CREDIT });
  };

  return {
    url,
    databaseUrl: database.url,
    platform,
    logged,
    credit,
    async tenant({ credits = 0 } = {}) {
      tenants += 1;
      return makeTenant(app, `tenant-${tenants}`, credits);
    },
    another: (options) => start(options ?? {}),
    async stop(graceMs) {
      await Promise.all(instances.map((instance) => instance.stop(graceMs)));
      await database.drop();
    },
  };
}

/** Connect over HTTP/1.1 with JSON. */
export function connectTransport(url: string, credential: TestCredential): Transport {
  return createConnectTransport({
    baseUrl: url,
    httpVersion: "1.1",
    nodeOptions: { ca: authority },
    useBinaryFormat: false,
    jsonOptions: { registry: createRegistry(file_google_rpc_error_details) },
    interceptors: [
      (next) => (request) => {
        request.header.set("authorization", basic(credential));
        return next(request);
      },
    ],
  });
}

/** Connect clients of every service. */
export function connectClients(url: string, credential: TestCredential) {
  const transport = connectTransport(url, credential);
  return {
    organizations: createClient(OrganizationService, transport),
    credentials: createClient(CredentialService, transport),
    customers: createClient(CustomerService, transport),
    currencies: createClient(CurrencyService, transport),
    ledger: createClient(LedgerService, transport),
    audit: createClient(AuditService, transport),
    frontier: createClient(FrontierService, transport),
    admin: createClient(AdminService, transport),
  };
}

/** The value of an Authorization header. */
export function basic({ clientId, clientSecret }: TestCredential): string {
  return `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`;
}
