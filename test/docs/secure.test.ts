import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pino from "pino";
import { CertificateFiles } from "../../src/server/tls/certificate-files.ts";
import { startService } from "../support/service.ts";
import { blocksOf, root } from "./documents.ts";

const printedAddress = "localhost:7400";
const programs = ["openssl", "curl"];
const hasPrograms = programs.every((name) => spawnSync(name, ["version"]).error === undefined);

/** Makes the certificates as printed, starts a service with them, and calls it as printed. */
async function followThePage(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "tallystick-secure-"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const blocks = blocksOf("docs/operating/secure.md");
  const run = (text: string, env = {}) =>
    promisify(execFile)("sh", ["-euc", text], { cwd: folder, env: { ...process.env, ...env } });

  for (const { text } of blocks.filter(({ text }) => text.startsWith("openssl"))) await run(text);
  const at = (name: string) => join(folder, name);
  const paths = { cert: at("server.pem"), key: at("server.key"), clientCa: at("clients.pem") };
  const files = await CertificateFiles.open({ paths, log: pino({ level: "silent" }) });
  expect(readdirSync(folder)).toEqual(expect.arrayContaining(["client.pem", "client.key"]));
  const service = await startService({ tls: { certificates: files.certificates, plaintext: "allow" } });
  const address = `localhost:${new URL(service.url).port}`;
  const AUTH = `${service.platform.clientId}:${service.platform.clientSecret}`;

  const calls = blocks.filter(({ language, text }) => language === "shell" && text.includes(printedAddress));
  const [withTools, withFetch, withProgram] = calls.map(({ text }) =>
    text.replaceAll(printedAddress, address),
  );
  const { stdout } = await run(withTools ?? "", { AUTH });
  expect(stdout.match(/"status":"ok"|"name"/g)).toEqual(['"status":"ok"']);
  expect(stdout.match(/^\{/gm)).toHaveLength(3);
  // It cannot show a certificate, and is told so.
  expect((await run(withFetch ?? "")).stdout).toBe("403\n");

  const { clientId, clientSecret } = service.platform;
  mkdirSync(at(".tallystick"));
  writeFileSync(
    at(".tallystick/credential.json"),
    JSON.stringify({ client_id: clientId, client_secret: clientSecret }),
  );
  const tallystick = `tallystick() { node ${root}/dist/bin/tallystick.js "$@"; }`;
  expect((await run(`${tallystick}\n${withProgram}`)).stdout).toMatch(/^ID +NAME /);

  const [program] = blocks.filter(({ language }) => language === "js");
  writeFileSync(
    join(folder, "clients.mjs"),
    `${program?.text.replaceAll(printedAddress, address)}${useOf(address)}`,
  );
  expect((await run("node clients.mjs", { AUTH })).stdout).toBe("OK\nOK\n");
  files.stop();
  await service.stop();
  rmSync(folder, { recursive: true });
}

/** Calls by what the page makes. */
function useOf(address: string): string {
  const gen = JSON.stringify(join(root, "dist/gen/health/v1/health_pb.js"));
  return `
    import { createClient } from "@connectrpc/connect";
    import { Client } from "@grpc/grpc-js";
    import { Health } from ${gen};
    const client = new Client(${JSON.stringify(address)}, channel);
    const bytes = (each) => each;
    await new Promise((resolve, reject) =>
      client.makeUnaryRequest("/grpc.health.v1.Health/Check", bytes, bytes, Buffer.alloc(0), (error, answer) =>
        error === null ? resolve(answer) : reject(error),
      ),
    );
    client.close();
    console.log("OK");
    await createClient(Health, transport).check({});
    console.log("OK");
    process.exit(0);
  `;
}

describe("docs/operating/secure.md", () => {
  if (hasPrograms) it("makes certificates that its clients reach the service with", followThePage, 60_000);
  else it(`did not run: there is no ${programs.join(" or no ")}`, () => expect(hasPrograms).toBe(false));
});
