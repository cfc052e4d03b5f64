import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { blocksOf } from "../docs/documents.ts";
import { type ClientDemo, startClientDemo } from "./demo.ts";
import { isAtHand, newProject, shell } from "./protos.ts";

let demo: ClientDemo;
beforeAll(async () => {
  demo = await startClientDemo();
});
afterAll(() => demo.stop());

/** The line of the docs that makes a language's code, for another folder than `../billing`. */
function documented(part: string, folder: string): string {
  const lines = blocksOf("docs/clients.md").flatMap(({ text }) => text.split("\n"));
  const line = lines.find((each) => each.includes(part));
  if (line === undefined) throw new Error(`docs/clients.md has no line with ${part}`);
  return line.replaceAll("../billing", folder);
}

/** What a sample prints for a customer that has 1,000, for the same once more, for one that has nothing, and for none. */
async function expectOneCharge(folder: string, command: string, language: string): Promise<void> {
  const env = { AUTH: demo.env.AUTH, TALLYSTICK_ADDRESS: `127.0.0.1:${demo.port}` };
  const [rich, poor] = [`rich@${language}.example`, `poor@${language}.example`];
  await demo.customer(rich, "1000");
  await demo.customer(poor);
  const run = (customer: string) => shell(`${command} ${customer} ${customer}`, folder, env);
  expect(await run(rich)).toBe("1000 - 5 = 995\n");
  expect(await run(rich)).toBe("1000 - 5 = 995, as before\n");
  expect(await run(poor)).toBe("only 0 available\n");
  // One line, and no stack.
  await expect(run("nobody@example.com")).rejects.toMatchObject({
    stderr: expect.stringMatching(/^.*nobody@example\.com was not found\n$/),
  });
}

it("the export compiles without anything beside it, and tells Go where its code belongs", async () => {
  const folder = await newProject("go/main.go");
  await shell(`${resolve("node_modules/.bin/buf")} build protos -o /dev/null`, folder);
  const files = readdirSync(join(folder, "protos"), { recursive: true, encoding: "utf8" });
  const protos = files.filter((file) => file.endsWith(".proto"));
  expect(protos).toContain("tallystick/v1/ledger.proto");
  for (const file of protos)
    expect(readFileSync(join(folder, "protos", file), "utf8")).toMatch(/^option go_package = ".+;\w+";$/m);
  rmSync(folder, { recursive: true });
});

async function runPython(): Promise<void> {
  const folder = await newProject("python/charge.py");
  await shell(documented("python3 -m grpc_tools.protoc", folder), ".");
  await expectOneCharge(folder, "python3 charge.py", "python");
  rmSync(folder, { recursive: true });
}

async function runGo(): Promise<void> {
  const folder = await newProject("go/main.go");
  await shell(documented("npx @bufbuild/buf generate", folder), ".");
  await shell("go mod init example.com/billing && go mod tidy && go build -o charge .", folder);
  await expectOneCharge(folder, "./charge", "go");
  rmSync(folder, { recursive: true });
}

const hasPython = isAtHand("python3", "-c", "import grpc_tools, grpc_status, google.rpc.status_pb2");
const hasGo = ["go version", "protoc-gen-go --version", "protoc-gen-go-grpc --version"].every((line) =>
  isAtHand("sh", "-c", line),
);

describe("the sample, with code made by the documented command", () => {
  if (hasPython) it("in Python charges once", runPython, 120_000);
  else
    it("in Python did not run: grpcio-tools and grpcio-status are not there", () =>
      expect(hasPython).toBe(false));

  if (hasGo) it("in Go charges once", runGo, 240_000);
  else
    it("in Go did not run: go, protoc-gen-go or protoc-gen-go-grpc is not there", () =>
      expect(hasGo).toBe(false));
});
