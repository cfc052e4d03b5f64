import { workersMax } from "../../../config.ts";
import { allConnections, connectionsOfOne } from "./shares.ts";

const sum = (shares: typeof allConnections) => Object.values(shares).reduce((total, each) => total + each, 0);

it("a process that serves alone has all connections", () => {
  expect(connectionsOfOne(1)).toEqual(allConnections);
});

it.each([
  [2, 14],
  [4, 9],
  [8, 6],
  [16, 5],
])("each of %d processes has %d connections, some of each kind", (processes, connections) => {
  const shares = connectionsOfOne(processes);
  expect(sum(shares)).toBe(connections);
  expect(Math.min(...Object.values(shares))).toBeGreaterThan(0);
});

it("as many processes as there may be leave some of the hundred that PostgreSQL takes by default", () => {
  expect(sum(connectionsOfOne(workersMax)) * workersMax).toBeLessThanOrEqual(80);
});
