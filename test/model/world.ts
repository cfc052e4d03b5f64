import type { JSONValue } from "postgres";
import { v5 as uuidv5 } from "uuid";
import { identityOf } from "../../src/domain/operation-id.ts";
import type { Ledger } from "../../src/ledger/ledger.ts";
import { type Balance, Balances } from "../../src/store/books/balances.ts";
import { Holds } from "../../src/store/books/holds.ts";
import { type Database, openDatabase } from "../../src/store/driver/database.ts";
import { startLedger, type TestLedger } from "../support/ledger.ts";
import { asReplica, earlier } from "../support/replica.ts";
import { columns } from "../verify/cells.ts";
import { currencies, customers } from "./history.ts";
import type { ModelAnswer, ModelCommand } from "./model-command.ts";
import { ModelLedger } from "./model-ledger.ts";
import { answerOf, commandOf, type Names, nanosOf } from "./translate.ts";

/** More than any history makes. */
const holdsMax = 10_000;

/** Two instances of the real thing on one database, and organizations that a model is played to beside it. */
export class World {
  private constructor(
    readonly test: TestLedger,
    readonly database: Database,
    private readonly instances: readonly [Ledger, Ledger],
  ) {}

  static async start(): Promise<World> {
    const test = await startLedger();
    return new World(test, openDatabase(test.url), [test.ledger, test.another()]);
  }

  async stop(): Promise<void> {
    await this.database.close();
    await this.test.stop();
  }

  async found(): Promise<Organization> {
    const { orgId } = await this.test.tenant();
    const names = {
      orgId,
      customerId: (name: string) => uuidv5(name, orgId),
      identity: (key: string) => identityOf(orgId, key),
    };
    for (const name of customers) {
      await this.test.sql`insert into customers (org_id, id) values (${orgId}, ${names.customerId(name)})`;
    }
    return new Organization(this, names, this.instances);
  }
}

/** An organization with the model's customers, and the model of it. */
export class Organization {
  readonly model = new ModelLedger();

  constructor(
    private readonly world: World,
    readonly names: Names,
    private readonly instances: readonly [Ledger, Ledger],
  ) {}

  async submit(command: ModelCommand, instance: number): Promise<ModelAnswer> {
    const ledger = this.instances[instance % 2] ?? this.instances[0];
    return answerOf(await ledger.submit(commandOf(command, this.names)));
  }

  /** Lets time pass: whatever happened did so much earlier, and what is to come is so much closer. */
  async letPass(ms: number): Promise<void> {
    this.model.advance(ms);
    if (ms === 0) return;
    const { orgId } = this.names;
    const times = columns.filter(({ type }) => type.startsWith("timestamp"));
    await asReplica(this.world.test.sql, async (sql) => {
      for (const table of new Set(times.map((each) => each.table))) {
        const own = times.filter((each) => each.table === table);
        const moved = own.map(({ name }) => `${name} = ${earlier(name, "$2::int * interval '1 ms'")}`);
        await sql.unsafe(`update ${table} set ${moved.join(", ")} where org_id = $1`, [orgId, ms]);
      }
      const limited = await sql<{ id: string; limits: JSONValue }[]>`
        select id, (
          select json_agg(json_build_object('minimum', each ->> 'minimum',
            'ends_at', (each ->> 'ends_at')::timestamptz - ${ms}::int * interval '1 ms') order by place)
          from json_array_elements(temporary_limits) with ordinality as stored (each, place)) as limits
        from accounts where org_id = ${orgId} and temporary_limits is not null`;
      for (const { id, limits } of limited)
        await sql`update accounts set temporary_limits = ${sql.json(limits)} where org_id = ${orgId} and id = ${id}`;
    });
  }

  /** Compares every balance and every hold. */
  async expectSame(): Promise<void> {
    const { model, names } = this;
    const { orgId } = names;
    const { database } = this.world;
    model.settleAll();
    const [balances, holds] = [
      new Balances(database, this.instances[0]),
      new Holds(database, this.instances[1]),
    ];
    for (const customer of customers) {
      for (const currency of currencies) {
        const balance = await balances.find({ orgId, customer: names.customerId(customer), currency });
        const { funded, spent, withdrawn, version } = model.account(customer, currency);
        const [minimum, held] = [model.minimum(customer, currency), model.held(customer, currency)];
        const zero = { funded: 0n, spent: 0n, withdrawn: 0n, version: 0, minimum: 0n, held: 0n };
        const expected = { funded, spent, withdrawn, version, minimum, held };
        expect(balance?.account ? stored(balance.account) : zero).toEqual(expected);
      }
    }
    const { rows: found } = await holds.list({ orgId, rowsMax: holdsMax });
    const real = new Map(
      found.map(({ id, state, captured, remaining }) => [id, [state, nanosOf(captured), nanosOf(remaining)]]),
    );
    const expected = [...model.holds].map(([key, hold]) => {
      const state = model.stateOf(hold);
      const remaining = state === "active" ? hold.remaining : 0n;
      return [names.identity(key).id, [state, hold.captured, remaining]] as const;
    });
    expect(real).toEqual(new Map(expected));
  }
}

function stored(account: NonNullable<Balance["account"]>) {
  const { funded, spent, withdrawn, held, version, minimumBalance } = account;
  const minimum = minimumBalance === null ? null : nanosOf(minimumBalance);
  return {
    ...{ funded: nanosOf(funded), spent: nanosOf(spent), withdrawn: nanosOf(withdrawn) },
    ...{ held: nanosOf(held), version, minimum },
  };
}
