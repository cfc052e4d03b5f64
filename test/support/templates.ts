import { migrate } from "../../src/store/driver/migrate.ts";
import { makeFrontierTables } from "../import/frontier-tables.ts";
import { makeDistributedTemplate } from "./citus/template.ts";
import {
  createDatabase,
  nodesVariable,
  type Template,
  type TestDatabase,
  templateVariable,
} from "./database.ts";

type Nodes = readonly [string, ...string[]];

const makers: Record<Template, (nodes: Nodes | undefined) => Promise<TestDatabase>> = {
  migrated: (nodes) => (nodes === undefined ? filled(migrate) : makeDistributedTemplate(nodes)),
  frontier: () => filled(makeFrontierTables),
};

/**
 * Makes every template, for the global set-up. Nobody stays connected, or PostgreSQL would refuse to copy them.
 *
 * @param nodes the URLs of a cluster's nodes, the coordinator's first, where this version's schema is to be distributed
 */
export async function makeTemplates(nodes: Nodes | undefined): Promise<TestDatabase[]> {
  if (nodes !== undefined) process.env[nodesVariable] = nodes.join(" ");
  return Promise.all(
    Object.entries(makers).map(async ([template, make]) => {
      const database = await make(nodes);
      process.env[templateVariable(template as Template)] = database.name;
      return database;
    }),
  );
}

async function filled(fill: (url: string) => Promise<void>): Promise<TestDatabase> {
  const database = await createDatabase("empty");
  await fill(database.url);
  return database;
}
