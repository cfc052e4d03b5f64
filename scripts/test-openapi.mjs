import { spawn, spawnSync } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

// Has Schemathesis call the built service with what the OpenAPI documents allow and with much that they do not, and compare every
// answer with them. `--if-present` is content where there is no schemathesis on the path; a face's name has that face alone
// called, and what follows `--` is for schemathesis: `npm run test:openapi -- native -- --phases fuzzing --max-examples 500`.

/** Those that come to an end by themselves: the documentation's examples, and each constraint of a document kept and broken once. */
const phases = "examples,coverage";
const seed = 1;
const faces = ["native", "frontier", "apigee-x", "apigee-edge"];
const checks = [
  ...["not_a_server_error", "status_code_conformance", "content_type_conformance"],
  ...["response_headers_conformance", "response_schema_conformance", "negative_data_rejection"],
  ...["unsupported_method", "reason_is_documented"],
];

const separator = process.argv.indexOf("--");
const [ours, theirs] =
  separator < 0
    ? [process.argv.slice(2), []]
    : [process.argv.slice(2, separator), process.argv.slice(separator + 1)];
const { error: missing } = spawnSync("schemathesis", ["--version"]);
if (missing) {
  process.stdout.write(
    "The test of the OpenAPI documents did not run: there is no schemathesis on the path.\n",
  );
  process.exit(ours.includes("--if-present") ? 0 : 1);
}
const named = ours.filter((each) => faces.includes(each));
const folder = mkdtempSync(join(tmpdir(), "tallystick-openapi-"));
const credential = { id: randomUUID(), secret: randomBytes(32).toString("base64url") };
let service;
try {
  runToEnd(process.execPath, ["scripts/openapi.mjs", folder, "exact"]);
  for (const face of faces) leaveOutSecurity(join(folder, `${face}.json`));
  service = await startService();
  const fixtures = new Map();
  for (const face of faces) fixtures.set(face, await fixturesFor(face));
  const waiting = named.length > 0 ? named : [...faces];
  const failed = [];
  const lane = async () => {
    for (let face = waiting.shift(); face !== undefined; face = waiting.shift())
      if (!(await passes(face, fixtures.get(face)))) failed.push(face);
  };
  await Promise.all([lane(), lane()]);
  for (const face of failed) process.stdout.write(`failed: ${face}\n`);
  process.exitCode = failed.length === 0 ? 0 : 1;
} finally {
  await service?.stop();
  rmSync(folder, { recursive: true, force: true });
}

function runToEnd(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: "inherit" });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}`);
}

/** Who guesses credentials is slowed down, and with it all others from its address: Schemathesis may not know how to. */
function leaveOutSecurity(path) {
  const { security: _security, ...document } = JSON.parse(readFileSync(path, "utf8"));
  delete document.components.securitySchemes;
  writeFileSync(path, JSON.stringify(document));
}

/** The service with an embedded PostgreSQL, on a free port. */
async function startService() {
  const settings = {
    PORT: "0",
    TALLYSTICK_DATA_DIR: join(folder, "data"),
    TALLYSTICK_ADMIN_CLIENT_ID: credential.id,
    TALLYSTICK_ADMIN_CLIENT_SECRET: credential.secret,
  };
  const program = spawn(resolve("dist/bin/tallystick.js"), ["serve"], {
    cwd: folder,
    env: { ...process.env, ...settings },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = new Promise((resolveEnd) => program.once("exit", resolveEnd));
  const port = await new Promise((resolvePort, reject) => {
    let log = "";
    program.stderr.setEncoding("utf8").on("data", (text) => {
      log += text;
      const [, found] = /"port":(\d+),"msg":"ready"/.exec(log) ?? [];
      if (found) resolvePort(found);
    });
    ended.then(() => reject(new Error(`the service ended:\n${log}`)));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    stop() {
      program.kill("SIGTERM");
      return ended;
    },
  };
}

/** Whether all answers of an interface fit its document. What Schemathesis prints is printed when it is done. */
async function passes(face, fixtures) {
  const config = join(folder, `${face}.toml`);
  writeFileSync(config, configOf(fixtures));
  const args = [
    ...["--config-file", config, "run", join(folder, `${face}.json`), "--url", service.url],
    ...["--auth", `${credential.id}:${credential.secret}`, "--checks", checks.join()],
    ...["--seed", String(seed), "--workers", "1", "--phases", phases],
    ...["--suppress-health-check", "all", "--warnings", "off", ...theirs],
  ];
  const environment = { ...process.env, SCHEMATHESIS_HOOKS: "checks", PYTHONPATH: resolve("test/openapi") };
  const program = spawn("schemathesis", args, { cwd: folder, env: environment });
  let output = "";
  for (const stream of [program.stdout, program.stderr])
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  const status = await new Promise((resolveStatus) => program.once("close", resolveStatus));
  process.stdout.write(`--- ${face}\n${output}`);
  return status === 0;
}

/** What there is for calls to be about, so that they get further than to a name that nobody has: by the name of a parameter. */
async function fixturesFor(face) {
  const organization = `fuzz-${face}`;
  const native = "/tallystick/v1/organizations";
  const managementDialect = face === "apigee-edge" ? "MANAGEMENT_DIALECT_EDGE" : "MANAGEMENT_DIALECT_X";
  await post(native, { name: organization, managementDialect });
  const of = `${native}/${organization}`;
  const { customer: ann } = await post(`${of}/customers`, { name: "Ann", email: "ann@example.com" });
  await post(`${of}/customers`, {
    name: "Bob",
    email: "bob@example.com",
    billingType: "BILLING_TYPE_POSTPAID",
  });
  await post(`/v1/organizations/${organization}/appgroups`, { name: "labs", displayName: "Labs" });
  const money = { customer: ann.id, currency: "USD" };
  await post(`${of}/transfers`, { ...money, kind: "TRANSFER_KIND_CREDIT", amount: "1000000" });
  const charge = await post(`${of}/transfers`, { ...money, kind: "TRANSFER_KIND_CHARGE", amount: "10" });
  const hold = await post(`${of}/holds`, { ...money, amount: "20", ttl: "86400s" });
  const { credential: other } = await post(`${of}/credentials`, { role: "ROLE_READER" });
  const people = ["ann@example.com", "bob@example.com", ann.id];
  return {
    organization: [organization],
    org_id: [organization],
    customer: people,
    developer: people,
    billing_id: [ann.id],
    id: face === "frontier" ? [ann.id, organization] : ["usd"],
    company: ["labs"],
    appGroup: ["labs"],
    currency: ["USD", "VC"],
    code: ["USD"],
    transfer: [charge.receipt.transfer.id],
    hold: [hold.receipt.hold.id],
    account: [charge.receipt.accountId],
    credential: [other.clientId],
  };
}

async function post(path, body) {
  const authorization = `Basic ${btoa(`${credential.id}:${credential.secret}`)}`;
  const headers = { authorization, "content-type": "application/json" };
  const response = await fetch(`${service.url}${path}`, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${path}: ${JSON.stringify(answer)}`);
  return answer;
}

/** Half of the variables of paths have what there is, and half what Schemathesis thinks of. */
function configOf(fixtures) {
  const entries = Object.entries(fixtures);
  return [
    ...entries.map(([name, values]) => `[dictionaries.${name}]\nvalues = ${JSON.stringify(values)}\n`),
    // A caller who waits for no time at all gets a 504, which is no fault.
    '[parameters]\n"header.X-Server-Timeout" = "30"',
    ...entries.map(([name]) => `"path.${name}" = { dictionary = "${name}", probability = 0.7 }`),
    "",
  ].join("\n");
}
