import { nodeSettings, settingsToMake } from "./node-settings.ts";
import {
  type Cluster,
  type NodeAnswer,
  requireCluster,
  requireReady,
  warningsAbout,
} from "./requirements.ts";

const answer: NodeAnswer = {
  preparedMax: 200,
  synchronousCommit: "on",
  messages: "en_US.UTF-8",
  mayCreate: true,
  settings: nodeSettings,
};
const node = { name: "db1:5432", answer };
const sound: Cluster = {
  extension: "created",
  isCoordinator: true,
  knowsCoordinator: true,
  nodes: [node, { ...node, name: "db2:5432" }],
  messages: "C",
  othersTables: [],
};
const withNode = (wrong: Partial<NodeAnswer>) => ({
  nodes: [node, { name: "db2:5432", answer: { ...answer, ...wrong } }],
});

function requireAll(cluster: Cluster): void {
  requireCluster(cluster);
  requireReady(cluster);
}

it("takes a cluster that has all of it", () => {
  expect(() => requireAll(sound)).not.toThrow();
});

it.each<[string, Partial<Cluster>, RegExp]>([
  ["no Citus on the server", { extension: "none" }, /Install it .* shared_preload_libraries = 'citus'/],
  ["no extension", { extension: "available" }, /superuser, run `create extension citus`/],
  ["another node than the coordinator", { isCoordinator: false }, /Name the coordinator/],
  ["a coordinator that no node knows", { knowsCoordinator: false }, /`select citus_set_coordinator_host\(/],
  ["no node for the data", { nodes: [] }, /`select citus_add_node\(/],
  ["tables of another role", { othersTables: ["accounts", "holds"] }, /not the owner of accounts, holds/],
  [
    "a node that is down",
    { nodes: [node, { name: "db2:5432", answer: "refused" }] },
    /db2:5432 .*\(refused\)/,
  ],
  ["a node that cannot prepare", withNode({ preparedMax: 0 }), /db2:5432 has max_prepared_transactions = 0/],
  ["a node that forgets", withNode({ synchronousCommit: "off" }), /db2:5432 has synchronous_commit = off/],
  [
    "a coordinator of another language",
    { messages: "de_DE.UTF-8" },
    /coordinator has lc_messages = 'de_DE.UTF-8'/,
  ],
  ["a node of another language", withNode({ messages: "" }), /db2:5432 has lc_messages = ''.* Set it to C/],
  ["a node without rights", withNode({ mayCreate: false }), /db2:5432 does not let this role make tables/],
])("says what to do about %s", (_what, wrong, says) => {
  expect(() => requireAll({ ...sound, ...wrong })).toThrow(says);
  expect(() => requireAll({ ...sound, ...wrong })).toThrow(/^The database cannot be distributed: [^\n]+\.$/);
});

it("warns of another language where the tables are spread already, though a node is down", () => {
  expect(warningsAbout(sound)).toEqual([]);
  const german = withNode({ messages: "de_DE.UTF-8" });
  const nodes = [...german.nodes, { name: "db3:5432", answer: "refused" }];
  expect(warningsAbout({ ...sound, nodes, messages: "fr_FR" })).toEqual([
    expect.stringMatching(/^the coordinator has lc_messages = 'fr_FR'.* Set it to C/),
    expect.stringMatching(/^node db2:5432 has lc_messages = 'de_DE.UTF-8'.* Set it to C/),
  ]);
});

it("has the role set what any node has otherwise, and nothing where none has", () => {
  expect(settingsToMake(sound.nodes)).toEqual([]);
  const other = withNode({ settings: { ...nodeSettings, timezone: "Europe/Berlin" } });
  expect(settingsToMake(other.nodes)).toEqual([["timezone", "UTC"]]);
});
