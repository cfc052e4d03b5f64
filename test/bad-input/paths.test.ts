import { sendRest } from "./rest.ts";
import { startWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => world.expectUnharmed());
afterAll(() => world.stop());

const organization = "/tallystick/v1/organizations/demo";

it.each([
  [`${organization}/transfers/1/refund`, `${organization}/transfers/1:refund`],
  [
    `${organization}/customers/a@b.example/balances/VC/setLimit`,
    `${organization}/customers/a@b.example/balances/VC:setLimit`,
  ],
  [`${organization}/holds/1/extnd`, `${organization}/holds/1:extend`],
  ["/tallystick/organizations/demo/transfers", `${organization}/transfers`],
  ["/v1/organizations/demo/transfers", `${organization}/transfers`],
  ["/organizations/demo/transfers", `${organization}/transfers`],
  [`${organization}/tranfers`, `${organization}/transfers`],
])("%s leads nowhere, and says where it may have meant to", async (path, meant) => {
  // Each interface has an error of its own shape.
  const response = await fetch(world.url + path, { method: "POST", headers: world.header, body: "{}" });
  expect(response.status).toBe(404);
  expect(await response.text()).toContain(`"there is nothing at this path; did you mean ${meant}?"`);
});

it.each([
  ["/health", "/healthz"],
  ["/live", "/healthz"],
  ["/Healthz/", "/healthz"],
  ["/actuator/health", "/healthz"],
  ["/actuator/health/readiness", "/readyz"],
  ["/health/ready", "/readyz"],
  ["/ready", "/readyz"],
  ["/redyz", "/readyz"],
  ["/metric", "/metrics"],
  ["/actuator/prometheus", "/metrics"],
])("%s, asked by a stranger, is told of %s", async (path, meant) => {
  const outcome = await sendRest(world.url + path, { method: "GET", headers: {} });
  expect(outcome).toMatchObject({
    status: 404,
    message: `there is nothing at this path; did you mean ${meant}?`,
  });
});

it.each(["/", "/api", "/index.html", "/shop/status", "/api/health/q/live"])(
  "%s says with what paths begin",
  async (path) => {
    const outcome = await sendRest(world.url + path, { headers: world.header });
    expect(outcome).toMatchObject({
      status: 404,
      message: "there is nothing at this path; paths begin with /tallystick/v1, /v1beta1, /v1",
    });
  },
);
