import type { Sql } from "postgres";
import { Session } from "../../src/store/driver/connections/session.ts";
import { callSettings } from "../../src/store/driver/connections/settings.ts";
import { brokenPlan, isOfLargeTable, type Plan } from "./plan-rules.ts";
import { plannedVariable } from "./planned-database.ts";
import { withSql } from "./sql.ts";

/** The statements that this worker has looked at, whichever file asked for them: it keeps the modules of src. */
const looked = Symbol.for("tallystick.test.planned");
const sessions = Session as unknown as { [looked]?: Set<string> };

/**
 * Notes what is asked for until the function is called that it answers, which fails where the plan of such a statement
 * walks through an organization. Nothing is looked at where there is no database to plan in.
 */
export function checkPlans(): () => Promise<void> {
  const url = process.env[plannedVariable];
  if (url === undefined) return async () => undefined;
  sessions[looked] ??= new Set();
  const known = sessions[looked];
  const asked = new Set<string>();
  const { ask } = Session.prototype;
  Session.prototype.ask = function (text, parameters) {
    if (!known.has(text)) asked.add(text);
    return ask.call(this, text, parameters);
  };
  return async () => {
    Session.prototype.ask = ask;
    for (const text of asked) known.add(text);
    if (asked.size === 0) return;
    const wrong = await wrongPlans(url, [...asked]);
    if (wrong.length > 0) throw new Error(wrong.join("\n\n"));
  };
}

function wrongPlans(url: string, texts: readonly string[]): Promise<string[]> {
  return withSql(url, async (sql) => {
    for (const [name, value] of Object.entries(callSettings))
      await sql`select set_config(${name}, ${value}, false)`;
    const wrong: string[] = [];
    for (const text of texts) {
      const broken = await brokenIn(sql, text);
      if (broken !== undefined) wrong.push(`${broken}: ${text}`);
    }
    return wrong;
  });
}

async function brokenIn(sql: Sql, text: string): Promise<string | undefined> {
  if (!/^\s*(select|with|insert|update|delete)\b/.test(text) || !isOfLargeTable(text)) return undefined;
  try {
    const [row] = await sql.unsafe<Record<string, [{ Plan: Plan }]>[]>(
      `explain (generic_plan, format json) ${text}`,
    );
    const [explained] = Object.values(row ?? {});
    return explained && brokenPlan(text, explained[0].Plan);
  } catch (error) {
    // A statement on tables of a test's own, or of a Frontier.
    if ((error as { code?: string }).code === "42P01") return undefined;
    throw error;
  }
}
