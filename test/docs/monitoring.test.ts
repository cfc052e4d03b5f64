import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { App } from "../../src/app.ts";
import { Metrics } from "../../src/metrics/registry.ts";
import type { Server } from "../../src/server/server.ts";
import { aloneFamilies, createCounts, familiesOf } from "../../src/service-metrics.ts";
import { headingsOf, root } from "./documents.ts";

const page = "docs/operating/monitor.md";
const read = (path: string) => readFileSync(join(root, path), "utf8");

/** Those of ours, and those of the process, by name. */
async function allMetrics() {
  const certificateEnd = () => undefined;
  const service = { app: {} as App, server: {} as Server, counts: createCounts(), certificateEnd };
  const own = [...familiesOf(service), ...aloneFamilies];
  const process = await new Metrics([]).read();
  return { own, process, names: new Set([...own, ...process].map(({ name }) => name)) };
}

/** What a rule or a panel asks for: what stands before a bracket of labels, or has a prefix that only metrics have. */
function namesIn(expression: string): string[] {
  const names = expression.match(/\b(tallystick|nodejs|process)_\w+/g) ?? [];
  return names.map((name) => name.replace(/(?<=_(seconds|operations))_(bucket|sum|count)$/, ""));
}

/** Whether brackets close in the order in which they open, and texts end. */
function isBalanced(expression: string): boolean {
  const open: string[] = [];
  for (const character of expression.replace(/"[^"]*"/g, "")) {
    if ("({[".includes(character)) open.push(character);
    else if (")}]".includes(character) && open.pop() !== "({["[")}]".indexOf(character)]) return false;
    else if (character === '"') return false;
  }
  return open.length === 0;
}

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly runbook: string;
}

/** The rules as the file writes them, each a block of lines with the same keys. */
function rules(): Rule[] {
  const blocks = read("deploy/prometheus/alerts.yml")
    .split(/^ {6}- alert: /m)
    .slice(1);
  return blocks.map((block) => {
    const found =
      /^(\w+)\n {8}expr: (?:'([^'\n]+)'|"([^"\n]+)")\n {8}for: \d+[mh]\n {8}labels:\n {10}severity: (?:critical|warning)\n {8}annotations:\n {10}summary: "[^"\n]+"\n {10}runbook_url: (\S+)\s*$/.exec(
        block,
      );
    if (found === null) throw new Error(`not as the others: ${block}`);
    const [, alert = "", inSingle, inDouble = "", runbook = ""] = found;
    return { alert, expr: inSingle ?? inDouble, runbook };
  });
}

/** Of the panels, their titles and what they ask for. */
function panels(): { title: string; expr: string }[] {
  const dashboard = JSON.parse(read("deploy/grafana/tallystick.json"));
  return dashboard.panels.flatMap(
    ({ title, targets = [] }: { title: string; targets?: { expr: string }[] }) =>
      targets.map(({ expr }) => ({ title, expr })),
  );
}

it("lists every metric as it is, and no other", async () => {
  const { own, process, names } = await allMetrics();
  const text = read(page);
  const rows = own.map(({ name, type, labels, help }) => {
    const shown = labels.map((label) => `\`${label}\``).join(", ") || "none";
    return `| \`${name}\` | ${type} | ${shown} | ${help} |`;
  });
  expect(rows.filter((row) => !text.includes(`${row}\n`))).toEqual([]);
  expect(
    process.filter(({ name, help }) => !new RegExp(`^\\| \`${name}\` \\|.*\\| ${help} \\|$`, "m").test(text)),
  ).toEqual([]);
  const listed = [...text.matchAll(/^\| `(\w+)` \| (?:gauge|counter|histogram) /gm)].map(([, name]) => name);
  expect(listed.toSorted()).toEqual([...names].sort());
});

it("names metrics by Prometheus' conventions", async () => {
  for (const { name, type, help, labels } of (await allMetrics()).own) {
    expect(name).toMatch(/^tallystick_[a-z]+(_[a-z]+)*$/);
    expect({ name, isTotal: name.endsWith("_total") }).toEqual({ name, isTotal: type === "counter" });
    expect({ name, unit: /_(ms|milliseconds|kb|mb)(_|$)/.test(name) }).toEqual({ name, unit: false });
    expect(help).toMatch(/\.$/);
    expect(labels.filter((label) => !/^[a-z_]+$/.test(label) || label === "le")).toEqual([]);
  }
});

it("alerts of what there is, each with a section that says what to do", async () => {
  const { names } = await allMetrics();
  const found = rules();
  expect(found.length).toBeGreaterThan(15);
  for (const { alert, expr, runbook } of found) {
    expect({ alert, unknown: namesIn(expr).filter((name) => !names.has(name)) }).toEqual({
      alert,
      unknown: [],
    });
    expect({ alert, isBalanced: isBalanced(expr) }).toEqual({ alert, isBalanced: true });
    expect({ alert, runbook }).toEqual({ alert, runbook: `${page}#${alert.toLowerCase()}` });
    expect(headingsOf(page)).toContain(alert.toLowerCase());
  }
  const sections = headingsOf(page).filter((heading) => heading.startsWith("tallystick"));
  expect(sections).toEqual(found.map(({ alert }) => alert.toLowerCase()));
});

it("shows what there is on the dashboard", async () => {
  const { names } = await allMetrics();
  const found = panels();
  expect(found.length).toBeGreaterThan(30);
  for (const { title, expr } of found) {
    expect({ title, unknown: namesIn(expr).filter((name) => !names.has(name)) }).toEqual({
      title,
      unknown: [],
    });
    expect({ title, isNamed: namesIn(expr).length > 0 }).toEqual({ title, isNamed: true });
    expect({ title, isBalanced: isBalanced(expr) }).toEqual({ title, isBalanced: true });
  }
});

it("has no figure that neither the dashboard nor an alert looks at, but those that stand behind others", async () => {
  const shown = new Set([...panels(), ...rules()].flatMap(({ expr }) => namesIn(expr)));
  const unseen = (await allMetrics()).own.map(({ name }) => name).filter((name) => !shown.has(name));
  expect(unseen).toEqual(["tallystick_queue_bytes", "tallystick_connections_accepted_total"]);
});

it("knows a name that is wrong, and brackets that do not close", () => {
  expect(namesIn('rate(tallystick_calls_total{code="OK"}[5m]) / process_x')).toEqual([
    ...["tallystick_calls_total", "process_x"],
  ]);
  expect(namesIn("tallystick_batch_operations_sum + tallystick_call_duration_seconds_bucket")).toEqual([
    ...["tallystick_batch_operations", "tallystick_call_duration_seconds"],
  ]);
  expect([
    isBalanced("sum(rate(a[5m]))"),
    isBalanced("sum(rate(a[5m])"),
    isBalanced('a{b="}'),
    isBalanced("(]"),
  ]).toEqual([...[true, false, false, false]]);
});
