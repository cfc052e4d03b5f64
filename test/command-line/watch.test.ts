import { runCommandLine } from "../../src/cli/command-line.ts";
import { inProcess } from "../lifecycle/outcome.ts";
import { startService, type Tenant, type TestService } from "../support/service.ts";
import { until } from "../support/until.ts";

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
  tenant = await service.tenant({ credits: 7 });
});
afterAll(() => service.stop());

const settings = () => ({
  TALLYSTICK_SERVER: service.url.replace("http:", "grpc:"),
  TALLYSTICK_CLIENT_ID: service.platform.clientId,
  TALLYSTICK_CLIENT_SECRET: service.platform.clientSecret,
});
const tokenIn = (stderr: string) => /^Go on with --token (\S+)\n$/.exec(stderr)?.[1] ?? "";

it.each<[string, () => Record<string, string>]>([
  ["a server", settings],
  ["a database", () => ({ DATABASE_URL: service.databaseUrl })],
])("goes on over %s where another one stopped, with what came since and nothing else", async (_, way) => {
  const booked = await service.tenant({ credits: 7 });
  const { orgName } = booked;
  const watched = async (...more: string[]) => {
    const args = ["watch", "--organization", orgName, "--once", "--json", ...more];
    const { code, stdout, stderr } = await inProcess(args, way());
    expect(code).toBe(0);
    const amounts = stdout.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line).amount]));
    return { amounts, token: tokenIn(stderr) };
  };
  const first = await watched();
  expect(first.amounts).toEqual(["7"]);
  await service.credit(booked, "8");
  const second = await watched("--token", first.token);
  expect(second.amounts).toEqual(["8"]);
  await service.tenant({ credits: 9 });
  const third = await watched("--token", second.token);
  expect(third.amounts).toEqual([]);
  await service.credit(booked, "10");
  expect((await watched("--token", third.token)).amounts).toEqual(["10"]);
});

it("prints what comes until a signal, and then how to go on, which is no failure", async () => {
  const printed = { stdout: "", stderr: "" };
  const print = (stream: keyof typeof printed, text: string) => {
    printed[stream] += text;
  };
  let signal = (): void => undefined;
  const ended = runCommandLine(["watch", "--organization", tenant.orgName, "--interval", "1s"], {
    env: settings(),
    stdout: { write: (text) => print("stdout", text) },
    stderr: { fd: 2, write: (text) => print("stderr", text) },
    on: (name, listener) => {
      if (name === "SIGINT") signal = () => listener("SIGINT");
    },
  });
  await until(async () => printed.stdout.includes("  credit      "));
  await service.credit(tenant, "11");
  await until(async () => / {2}11 {2}VC/.test(printed.stdout));
  signal();
  expect(await ended).toBe(0);
  expect(printed.stdout.trimEnd().split("\n")).toHaveLength(2);
  const again = await inProcess(
    ["watch", "--organization", tenant.orgName, "--once", "--token", tokenIn(printed.stderr)],
    settings(),
  );
  expect(again).toMatchObject({ code: 0, stdout: "" });
});
