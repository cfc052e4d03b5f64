import { Code, ConnectError } from "@connectrpc/connect";
import { RetryInfoSchema } from "../../gen/google/rpc/error_details_pb.ts";
import { Role } from "../../gen/tallystick/v1/credential_pb.ts";
import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { connectClients, startService, type TestService } from "../support/service.ts";
import { until } from "../support/until.ts";
import { WatchedNodes } from "../support/watched-nodes.ts";

type Clients = ReturnType<typeof connectClients>;

let service: TestService;
let nodes: WatchedNodes;
let clients: Clients;
let there: string;
let struck: string;
let billingId: string;
let leaked: string;
beforeAll(async () => {
  service = await startService({
    reach: async (url) => {
      nodes = await WatchedNodes.on(url);
      return url;
    },
  });
  clients = connectClients(service.url, service.platform);
  [there, struck] = [nodes.idOn(1), nodes.idOn(2)];
  for (const id of [there, struck]) await clients.organizations.createOrganization({ id, name: `o-${id}` });
  const made = await clients.frontier.createBillingAccount({ orgId: there, body: { name: "billing" } });
  billingId = made.billingAccount?.id ?? "";
  const { credential } = await clients.credentials.createCredential({
    organization: struck,
    role: Role.WRITER,
  });
  leaked = credential?.clientId ?? "";
  await nodes.second(false);
  await until(async () => service.logged.some((line) => line.includes("is away")));
});
afterAll(() => service.stop());

const transferIn = (organization: string) => ({
  ...{ organization, customer: billingId, kind: TransferKind.CREDIT, amount: "1", currency: "VC" },
});

const served: readonly [string, (clients: Clients) => Promise<unknown>][] = [
  ["GetOrganization", ({ organizations }) => organizations.getOrganization({ organization: struck })],
  ["ListOrganizations", ({ organizations }) => organizations.listOrganizations({})],
  [
    "CreateCredential",
    ({ credentials }) => credentials.createCredential({ organization: struck, role: Role.READER }),
  ],
  ["GetCaller", ({ credentials }) => credentials.getCaller({})],
  ["ListCredentials", ({ credentials }) => credentials.listCredentials({ organization: struck })],
  [
    "RevokeCredential",
    ({ credentials }) => credentials.revokeCredential({ organization: struck, clientId: leaked }),
  ],
  ["CreateTransfer elsewhere", ({ ledger }) => ledger.createTransfer(transferIn(there))],
  ["VerifyLedger elsewhere", ({ ledger }) => ledger.verifyLedger({ organization: there })],
];

it.each(served)("%s is answered while a node is away that it does not need", async (_, call) => {
  await call(clients);
});

const refused: readonly [string, (clients: Clients) => Promise<unknown>][] = [
  ["CreateOrganization", ({ organizations }) => organizations.createOrganization({ name: "another" })],
  [
    "UpdateOrganization",
    ({ organizations }) =>
      organizations.updateOrganization({
        organization: there,
        displayName: "Other",
        updateMask: { paths: ["display_name"] },
      }),
  ],
  ["DisableOrganization", ({ organizations }) => organizations.disableOrganization({ organization: there })],
  ["GetBillingBalance by id alone", ({ frontier }) => frontier.getBillingBalance({ id: billingId })],
  ["ListAllBillingAccounts", ({ admin }) => admin.listAllBillingAccounts({})],
  ["VerifyLedger", ({ ledger }) => ledger.verifyLedger({})],
  ["CreateTransfer on it", ({ ledger }) => ledger.createTransfer(transferIn(struck))],
];

it.each(refused)("%s is UNAVAILABLE while a node is away that it needs", async (_, call) => {
  const error = await call(clients).then(() => undefined, ConnectError.from);
  expect(error?.code).toBe(Code.Unavailable);
  expect(error?.rawMessage).toContain("a node of the database that this needs is away");
  expect(error?.findDetails(RetryInfoSchema)).toHaveLength(1);
});

it("names the node once in the log, and says when it is back", async () => {
  const lines = () =>
    service.logged.filter((line) => line.includes("a node of the database")).map((line) => JSON.parse(line));
  expect(lines()).toMatchObject([{ level: 40, node: "node:2", msg: "a node of the database is away" }]);
  await nodes.second(true);
  await until(async () => lines().length > 1);
  expect(lines()[1]).toMatchObject({ level: 30, node: "node:2", msg: "a node of the database is back" });
  await clients.organizations.updateOrganization({
    ...{ organization: there, displayName: "Other", updateMask: { paths: ["display_name"] } },
  });
});
