import type { Options } from "../options.ts";
import { type Line, rowOf, tableOf } from "../report.ts";
import { writeResults } from "../results.ts";
import { type Stage, startStage } from "../stage.ts";
import type { Stops } from "../stops.ts";
import { measureCharges, measureSingle, measureSoak, measureTail } from "./charge.ts";
import { measureFrontier } from "./frontier.ts";
import { measureGateway } from "./gateway.ts";
import { measureGrowth } from "./growth.ts";
import { measureOverload } from "./overload.ts";
import { measureBalance, measureEcho } from "./read.ts";
import { measureSight } from "./sight.ts";

export const measures: Readonly<Record<string, (stage: Stage) => Promise<Line[]>>> = {
  echo: measureEcho,
  charge: measureCharges,
  single: measureSingle,
  tail: measureTail,
  gateway: measureGateway,
  balance: measureBalance,
  frontier: measureFrontier,
  sight: measureSight,
  overload: measureOverload,
  soak: measureSoak,
  growth: measureGrowth,
};

/** Measures this checkout beside the sides that each measure names, and prints what it came to. */
export async function measure(options: Options, names: readonly string[], stops: Stops): Promise<void> {
  const stage = await startStage(options, stops);
  const lines: Line[] = [];
  for (const name of names) {
    process.stderr.write(`measuring ${name}\n`);
    lines.push(...((await measures[name]?.(stage)) ?? []));
  }
  await stage.deployment.server.verify();
  await stage.baseline.verify();
  const rows = lines.map(rowOf);
  process.stdout.write(`\n${tableOf(rows)}\naudit: clean\n`);
  process.stdout.write(`written to ${writeResults({ options, rows })}\n`);
}
