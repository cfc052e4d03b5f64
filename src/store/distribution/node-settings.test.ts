import { settingStatement } from "../driver/connections/settings.ts";
import { asOnCoordinator } from "./node-settings.ts";

it("are on the nodes as a connection has them on the coordinator", () => {
  const ofConnections = settingStatement({});
  for (const [name, value] of Object.entries(asOnCoordinator))
    expect(ofConnections).toContain(`set_config('${name}', '${value}', false)`);
});
