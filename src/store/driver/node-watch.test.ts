import { sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { createDatabase, type TestDatabase } from "../../../test/support/database.ts";
import { takeForDistributed } from "../../../test/support/distributed.ts";
import { withSql } from "../../../test/support/sql.ts";
import { until } from "../../../test/support/until.ts";
import { type Database, openDatabase } from "./database.ts";
import { isConnectionLoss } from "./errors.ts";

let created: TestDatabase;
let database: Database;
beforeEach(async () => {
  created = await createDatabase("empty");
  database = openDatabase(created.url);
});
afterEach(async () => {
  await database.close();
  await created.drop();
});

/** Lets the database be taken for a coordinator of two nodes; who is on the second one has an id that ends in 2. */
async function takeForCoordinator(): Promise<void> {
  await takeForDistributed(created.url);
  await change(`
    create table how (port int primary key, answers boolean, seconds float);
    insert into how values (1, true, 0), (2, true, 0);
    create function citus_check_connection_to_node(text, port int) returns boolean language plpgsql as $$
      declare node how; begin
        select * into node from how where how.port = $2;
        perform pg_sleep(node.seconds);
        return node.answers;
      end $$;
    create table pg_dist_node as select 1000 + port as groupid, '' as nodename, port as nodeport,
      true as isactive, 'primary' as noderole from how;
    create table pg_dist_placement as select 100 + port as shardid, 1000 + port as groupid from how;
    create function get_shard_id_for_distribution_column(text, uuid) returns bigint language sql
      return 100 + right($2::text, 1)::int`);
}

/** Lets the second node answer, or not, after so many seconds. */
function second(answers: boolean, seconds = 0): Promise<void> {
  return change(`update how set answers = ${answers}, seconds = ${seconds} where port = 2`);
}

async function change(statements: string): Promise<void> {
  await withSql(created.url, (direct) => direct.unsafe(statements).simple());
}

const untilNoticed = (isAway: boolean) => until(async () => database.nodes.isOneAway === isAway);
const onNode = (number: number) => `${uuidv7().slice(0, -1)}${number}`;
const unavailable = { refusal: { reason: "UNAVAILABLE" } };

it("watches nothing where there is one server", async () => {
  await database.orm().execute(sql`select 1`);
  expect(database.nodes).toMatchObject({ areWatched: false, isOneAway: false });
});

it("refuses the organizations of a node that is away until it is back, and no other", async () => {
  await takeForCoordinator();
  await database.orm().execute(sql`select 1`);
  const [there, away] = [onNode(1), onNode(2)];
  await second(false);
  await untilNoticed(true);
  await expect(database.nodes.requireFor(away)).rejects.toMatchObject(unavailable);
  await database.nodes.requireFor(there);
  await second(true);
  await untilNoticed(false);
  await database.nodes.requireFor(away);
});

it("gives up what a silent node does not answer, and goes on", async () => {
  await takeForCoordinator();
  await database.orm().execute(sql`select 1`);
  const lane = database.lane();
  const endless = [
    database.orm().execute(sql`select pg_sleep(60)`),
    database.keyed().execute(sql`select pg_sleep(60)`),
    database.transaction((orm) => orm.execute(sql`select pg_sleep(60)`)),
    lane.transaction(({ orm }) => orm.execute(sql`select pg_sleep(60)`)),
  ];
  const outcomes = Promise.allSettled(endless);
  await second(false, 1);
  expect((await outcomes).map((each) => each.status === "rejected" && isConnectionLoss(each.reason))).toEqual(
    endless.map(() => true),
  );
  await lane.transaction(({ orm }) => orm.execute(sql`select 1`));
  await database.orm().execute(sql`select 1`);
});

it("keeps a long transaction that another node works on, while one is silent", async () => {
  await takeForCoordinator();
  await second(false, 1);
  const endless = () => database.orm().execute(sql`select pg_sleep(60)`);
  await expect(endless()).rejects.toThrow();
  await expect(endless()).rejects.toThrow();
  const long = database.transaction((orm) => orm.execute(sql`select 'whole' as answer from pg_sleep(5)`));
  await expect(endless()).rejects.toThrow();
  expect(await long).toEqual([{ answer: "whole" }]);
});

it("goes on after its own connection was lost", async () => {
  await takeForCoordinator();
  await database.orm().execute(sql`select 1`);
  await until(async () => database.nodes.areWatched);
  await change(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`);
  await second(false);
  await untilNoticed(true);
});

it("notices nodes that are silent from the beginning, though one look at all of them takes longer than the first may", async () => {
  await takeForCoordinator();
  await change("update how set answers = false, seconds = 1");
  await database.orm().execute(sql`select 1`);
  await untilNoticed(true);
  await expect(database.nodes.requireFor(onNode(1))).rejects.toMatchObject(unavailable);
});

it("cuts no work for a node that is down, however long it takes to ask the others", async () => {
  await takeForCoordinator();
  await change("update how set seconds = 1 where port = 1");
  const long = database.transaction((orm) => orm.execute(sql`select 'whole' as answer from pg_sleep(3)`));
  await second(false);
  await untilNoticed(true);
  expect(await long).toEqual([{ answer: "whole" }]);
});

it("closes idle connections when a node falls silent", async () => {
  await takeForCoordinator();
  const backend = async () => (await database.orm().execute(sql`select pg_backend_pid() as pid`))[0];
  const before = await backend();
  await second(false);
  await untilNoticed(true);
  expect(await backend()).not.toEqual(before);
});
