import { execFile, spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { basic } from "../support/service.ts";
import type { Program } from "./program.ts";
import { end, endServers, newDataFolder, ready, startServer, statusFor } from "./server.ts";

const dataDir = newDataFolder();
const credentialFile = join(dataDir, "credential.json");
let server: Program;

beforeAll(async () => {
  server = startServer({ TALLYSTICK_DATA_DIR: dataDir });
  await server.until(/npx @bufbuild\/buf .*\n/);
});
afterAll(endServers);

describe("a first start with nothing set", () => {
  it("keeps its credential in a file of its own, and prints no secret where no terminal is", () => {
    const credential = readCredential();
    expect(printed(/client id +(\S+)/)).toBe(credential.clientId);
    expect(printed(/client secret +(.+)/)).toBe("in that file");
    expect(printed(/kept in (.*):/)).toBe(credentialFile);
    expect(statSync(credentialFile).mode & 0o777).toBe(0o600);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  });

  it("prints a curl line that answers the demo's balance", async () => {
    const withCurl = spawnSync("curl", ["--version"]).status === 0;
    const answer = withCurl ? await run(pasted(/^ +(curl .*)$/m)) : await fetchAsCurl();
    expect(JSON.parse(answer)).toMatchObject({ available: "1000", currency: "VC" });
  });

  it("prints a buf line that answers the same over gRPC, without a schema", async () => {
    const answer = await run(pasted(/^ +(npx @bufbuild\/buf .*)$/m));
    expect(JSON.parse(answer)).toMatchObject({ available: "1000", currency: "VC" });
  });

  it("writes no secret to the log, and none beside it", async () => {
    await ready(server);
    for (const text of [server.stderr, server.stdout])
      expect(text).not.toContain(readCredential().clientSecret);
  });
});

describe("a second start", () => {
  it("has the same credential and the same data, and awards nothing again", async () => {
    const firstOutput = server.stdout;
    const { clientId, clientSecret } = readCredential();
    await charge(await ready(server), 400);
    expect(await end(server, "SIGTERM")).toBe(0);

    server = startServer({ TALLYSTICK_DATA_DIR: dataDir });
    const url = await ready(server);
    await server.until(/npx @bufbuild\/buf .*\n/);
    const withoutPort = (text: string) => text.replace(/127\.0\.0\.1:\d+/g, "127.0.0.1");
    expect(withoutPort(server.stdout)).toBe(withoutPort(firstOutput));
    expect(await statusFor(url, clientId, clientSecret)).toBe(200);
    expect(JSON.parse(await fetchAsCurl())).toMatchObject({ available: "600" });
  });
});

function printed(pattern: RegExp): string {
  const [, text] = pattern.exec(server.stdout) ?? [];
  if (text === undefined) throw new Error(`${pattern} is not in what the server printed:\n${server.stdout}`);
  return text;
}

function readCredential(): { clientId: string; clientSecret: string } {
  const { client_id, client_secret } = JSON.parse(readFileSync(credentialFile, "utf8"));
  return { clientId: client_id, clientSecret: client_secret };
}

/** A printed line, after the one that it needs. */
function pasted(pattern: RegExp): string {
  return `${printed(/^ +(AUTH=.*)$/m)}\n${printed(pattern)}`;
}

/** What pasted lines print. They take their time: npx alone is seconds of a processor. */
async function run(line: string): Promise<string> {
  const { stdout } = await promisify(execFile)("sh", ["-c", line]);
  return stdout;
}

/** What curl would answer. */
async function fetchAsCurl(): Promise<string> {
  const url = printed(/^ +curl .* (\S+)$/m);
  const response = await fetch(url, { headers: { authorization: basic(readCredential()) } });
  return response.text();
}

async function charge(url: string, amount: number): Promise<void> {
  const response = await fetch(`${url}/v1beta1/organizations/billing/usages`, {
    method: "POST",
    headers: { authorization: basic(readCredential()), "content-type": "application/json" },
    body: JSON.stringify({
      org_id: "demo",
      usages: [{ id: "018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f", amount, source: "test" }],
    }),
  });
  expect(response.status).toBe(200);
}
