import { v7 as uuidv7 } from "uuid";
import { takeForDistributed } from "./distributed.ts";
import { withSql } from "./sql.ts";

/**
 * A database that is taken for that of a coordinator with two nodes, whose tables are all its own still: it says of the
 * nodes what a test wants.
 */
export class WatchedNodes {
  private constructor(private readonly url: string) {}

  /** Of a database to which nobody is connected yet. */
  static async on(databaseUrl: string): Promise<WatchedNodes> {
    await takeForDistributed(databaseUrl);
    const nodes = new WatchedNodes(databaseUrl);
    await nodes.change(`
      set allow_system_table_mods = on;
      alter table pg_catalog.pg_dist_partition add logicalrelid regclass;
      create table if not exists operations ();
      insert into pg_catalog.pg_dist_partition values ('operations');
      create table how (port int primary key, answers boolean, seconds float, looks int, says text);
      insert into how values (1, true, 0, 0, null), (2, true, 0, 0, null);
      create function citus_check_connection_to_node(text, port int) returns boolean language plpgsql as $$
        declare node how; begin
          select * into node from how where how.port = $2;
          perform pg_sleep(node.seconds);
          update how set looks = looks - 1 where how.port = $2 and looks > 0;
          if node.looks > 0 and node.says is not null then raise warning '%', node.says; end if;
          return node.answers and node.looks = 0;
        end $$;
      create table told ();
      create function until_told() returns void language plpgsql as $$ begin
          while not exists (select from told) loop perform pg_sleep(0.05); end loop;
        end $$;
      create table pg_dist_node as select 1000 + port as groupid, 'node' as nodename, port as nodeport,
        true as isactive, 'primary' as noderole from how;
      create table pg_dist_placement as select 100 + port as shardid, 1000 + port as groupid from how;
      create function get_shard_id_for_distribution_column(text, uuid) returns bigint language sql
        return case when right($2::text, 1) = '2' then 102 else 101 end`);
    return nodes;
  }

  /** An id of an organization on the first or the second node. */
  idOn(node: 1 | 2): string {
    return `${uuidv7().slice(0, -1)}${node}`;
  }

  /** Lets the second node answer, or not, after so many seconds. */
  second(answers: boolean, seconds = 0): Promise<void> {
    return this.change(`update how set answers = ${answers}, seconds = ${seconds} where port = 2`);
  }

  /** Lets the second node leave so many looks without an answer, and its coordinator warn why. */
  missed(looks: number, why?: string): Promise<void> {
    const says = why === undefined ? "null" : `'${why}'`;
    return this.change(`update how set looks = ${looks}, says = ${says} where port = 2`);
  }

  /** Whether it has been looked at as often as `missed` said. */
  async isMissed(): Promise<boolean> {
    const rows = await withSql(this.url, (sql) => sql`select from how where port = 2 and looks = 0`);
    return rows.length > 0;
  }

  /** Lets whoever has asked for `until_told()` have their answer, or be told so from now on. */
  tell(): Promise<void> {
    return this.change("insert into told default values");
  }

  async change(statements: string): Promise<void> {
    await withSql(this.url, (direct) => direct.unsafe(statements).simple());
  }
}
