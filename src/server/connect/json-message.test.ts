import { CurrencyService } from "../../../gen/tallystick/v1/currency_pb.ts";
import { errorOf, frame, RawClient } from "../../../test/grpc/raw-client.ts";
import { type Fixture, startServer } from "../server.fixture.ts";

let fixture: Fixture;
let client: RawClient;
beforeAll(async () => {
  fixture = await startServer({
    routes: (router) => {
      router.service(CurrencyService, {});
    },
  });
  client = new RawClient(fixture.url);
});
afterAll(async () => {
  client.close();
  await fixture.server.close(0);
});

it.each([
  ["a field of half a surrogate pair", '{"\\ud800": 1}', "\ufffd: there is no such field"],
  [
    "one that ends in the half of one where it is cut",
    `{"${"x".repeat(199)}\u{1f600}": 1}`,
    "x…: there is no",
  ],
])("refuses %s in words that trailers can hold", async (_, json, words) => {
  const headers = {
    ":path": `/${CurrencyService.typeName}/GetCurrency`,
    "content-type": "application/grpc+json",
  };
  const answer = await client.call({ headers, chunks: [frame(Buffer.from(json))] });
  expect(errorOf(answer)?.rawMessage).toContain(words);
});
