import { isIP } from "node:net";
import { readConfig } from "../../config.ts";
import { readFacts } from "../../store/diagnosis/facts.ts";
import { connectionsOfOne } from "../../store/driver/connections/shares.ts";
import { withDatabaseAsItIs } from "../database.ts";
import { type Printed, tableOf } from "../printed.ts";
import type { Surroundings } from "../surroundings.ts";
import { visible, visibleJson } from "../visible.ts";
import { type Finding, findingsOf } from "./findings.ts";

/** Examines the database of the settings and prints what is found. The exit code is 1 where anything fails. */
export async function doctorCommand({ json }: Printed, { env, stdout }: Surroundings): Promise<number> {
  const { database, workers } = readConfig(env);
  const { wide, keyed, callers, lanes } = connectionsOfOne(workers);
  const connectionsNeeded = workers * (wide + keyed + callers + lanes);
  const isEmbedded = database.kind === "embedded";
  const findings = await withDatabaseAsItIs(database, async (url) => {
    const circumstances = { connectionsNeeded, isLocal: isLocal(url), isEmbedded, sslMode: sslModeOf(url) };
    return findingsOf(await readFacts(url), circumstances);
  });
  stdout.write(json ? `${visibleJson(JSON.stringify({ findings }, null, 2))}\n` : textOf(findings));
  return findings.some(({ state }) => state === "fail") ? 1 : 0;
}

/** A socket of this machine, or its loopback interface. */
function isLocal(url: string): boolean {
  const authority = /^[a-z]+:\/\/(?:[^@/]*@)?([^/?]*)/i.exec(url)?.[1] ?? "";
  const host = decodeURIComponent(authority.replace(/:\d+$/, "").replace(/^\[|\]$/g, ""));
  const isLoopback = isIP(host) === 4 ? host.startsWith("127.") : ["", "localhost", "::1"].includes(host);
  return isLoopback || host.startsWith("/");
}

function sslModeOf(url: string): string {
  return /[?&]sslmode=([\w-]*)/.exec(url)?.[1] ?? "";
}

function textOf(findings: readonly Finding[]): string {
  const rows = findings.map(({ state, check, says }) => [state, check, says]);
  const todos = findings
    .filter(({ todo }) => todo !== "")
    .map(({ check, todo }) => `${check}: ${visible(todo)}\n`);
  const countOf = (state: Finding["state"]) => findings.filter((each) => each.state === state).length;
  const total = `${countOf("ok")} well, ${countOf("warn")} to look at, ${countOf("fail")} to mend.\n`;
  return `${tableOf(["state", "check", "what is found"], rows)}${total}${todos.length > 0 ? "\nWhat to do:\n" : ""}${todos.join("")}`;
}
