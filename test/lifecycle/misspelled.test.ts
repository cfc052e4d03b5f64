import { inProcess } from "./outcome.ts";
import { end, endServers, newDataFolder, ready, startServer } from "./server.ts";

afterAll(endServers);

const warning = "LOG_LEVLE is no setting and changes nothing; did you mean LOG_LEVEL?";

it("a server warns of a setting that is probably misspelled, and says what a first start is busy with", async () => {
  const server = startServer({ TALLYSTICK_DATA_DIR: newDataFolder(), LOG_LEVLE: "debug" });
  await ready(server);
  const lines = server.stderr
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.slice(0, 2)).toMatchObject([
    { level: 40, msg: warning },
    { level: 30, msg: expect.stringMatching(/^making the embedded PostgreSQL/) },
  ]);
  expect(await end(server, "SIGTERM")).toBe(0);
});

it("so does every other command", async () => {
  const settings = { TALLYSTICK_DATA_DIR: newDataFolder(), LOG_LEVLE: "debug" };
  for (const line of ["verify", "credentials create"])
    expect((await inProcess(line.split(" "), settings)).stderr).toContain(`tallystick: ${warning}\n`);
});
