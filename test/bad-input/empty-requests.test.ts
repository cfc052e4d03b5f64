import { services } from "../../src/api/services.ts";
import type { App } from "../../src/app.ts";
import { startWorld, type World } from "./world.ts";

const methods = services({} as App).flatMap(({ desc }) => desc.methods);

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => world.expectUnharmed());
afterAll(() => world.stop());

it.each(methods.map((method) => [`${method.parent.typeName}/${method.name}`]))(
  "%s answers a request that says nothing, or says what it lacks",
  async (method) => {
    const headers = { ...world.header, "content-type": "application/json" };
    const response = await fetch(`${world.url}/${method}`, { method: "POST", headers, body: "{}" });
    const text = await response.text();
    expect({ ok: response.status < 500, text }).toEqual({ ok: true, text });
  },
);
