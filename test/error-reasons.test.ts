import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Code } from "@connectrpc/connect";
import { outcomeOf } from "../src/api/shared/errors.ts";
import { codeStatus } from "../src/server/gateway/status.ts";
import { requestReasons } from "../src/server/requests/request-errors.ts";
import { refusals } from "./support/refusals.ts";

const root = join(import.meta.dirname, "..");

/** A line of the tables in docs/errors.md. */
interface Documented {
  readonly reason: string;
  readonly code: string;
  readonly httpStatus: number;
}

function documented(): (Documented & { readonly cells: readonly string[] })[] {
  const text = readFileSync(join(root, "docs", "errors.md"), "utf8");
  return [...text.matchAll(/^\| `([A-Z_]+)` \|(.*)\|$/gm)].map(([, reason = "", rest = ""]) => {
    const cells = rest.split("|").map((cell) => cell.trim());
    const [code = "", httpStatus] = cells;
    return { reason, code, httpStatus: Number(httpStatus), cells };
  });
}

const row = (reason: string, code: Code, httpStatus = codeStatus[code].httpStatus): Documented => ({
  reason,
  code: codeStatus[code].name,
  httpStatus,
});

const rows = documented();

function documentedOf(reason: string): Documented | undefined {
  const found = rows.find((each) => each.reason === reason);
  return found && { reason, code: found.code, httpStatus: found.httpStatus };
}

describe("docs/errors.md", () => {
  it.each(Object.values(refusals))("has $reason as it is answered", (refusal) => {
    expect(documentedOf(refusal.reason)).toEqual(row(refusal.reason, outcomeOf(refusal).code));
  });

  it.each(Object.values(refusals))("names the metadata of $reason", (refusal) => {
    const names = Object.keys(outcomeOf(refusal).metadata ?? {}).map((name) => `\`${name}\``);
    const [, , metadata] = rows.find(({ reason }) => reason === refusal.reason)?.cells ?? [];
    expect(metadata).toBe(names.join(", ") || "none");
  });

  it.each(Object.entries(requestReasons))(
    "has %s of the gateway as it is answered",
    (reason, { code, httpStatus }) => {
      expect(documentedOf(reason)).toEqual(row(reason, code, httpStatus));
    },
  );

  it("has every reason of the port, and none that there is not", () => {
    const status = readFileSync(join(root, "src", "server", "status.ts"), "utf8");
    const union = /type ServerReason =(.*?);/s.exec(status)?.[1] ?? "";
    const ofThePort = [...union.matchAll(/"([A-Z_]+)"/g)].map(([, reason = ""]) => reason);
    const known = new Set([...Object.keys(refusals), ...Object.keys(requestReasons), ...ofThePort]);
    expect(rows.map(({ reason }) => reason).sort()).toEqual([...known].sort());
  });

  it("names every kind of thing that may not be found", () => {
    const refusal = readFileSync(join(root, "src", "domain", "refusal.ts"), "utf8");
    const kinds = [...(/type ResourceType =(.*?);/s.exec(refusal)?.[1] ?? "").matchAll(/"([a-z ]+)"/g)];
    expect(kinds.length).toBeGreaterThan(10);
    const [, , , when = ""] = rows.find(({ reason }) => reason === "NOT_FOUND")?.cells ?? [];
    const [, listed = ""] = /there is no such (.*?);/.exec(when) ?? [];
    expect(listed.split(/, | or /)).toEqual(kinds.map(([, kind]) => kind));
  });

  it("says of each when it comes and what to do", () => {
    expect(rows.filter(({ cells }) => cells.length < 4 || cells.some((cell) => cell === ""))).toEqual([]);
  });
});
