import {
  attempt,
  basic,
  type FakeAuthenticator,
  fakeAuthenticator,
  fakeAuthenticatorOfOne,
  senderAt,
} from "./authenticator.fixture.ts";
import { newSecret } from "./secret.ts";

const generated = newSecret();
const elsewhere = "198.51.100.7";

let fake: FakeAuthenticator;
beforeEach(() => {
  jest.useFakeTimers();
  fake = fakeAuthenticator(
    { clientId: "ops", secret: "chosen-by-a-person" },
    { clientId: "customer", secret: generated },
  );
});
afterEach(() => jest.useRealTimers());

let guesses = 0;

/** Wrong secrets, each another, and what becomes of them. */
async function guess(clientId: () => string, times: number, address?: string): Promise<string[]> {
  const outcomes: string[] = [];
  for (let time = 0; time < times; time += 1) {
    guesses += 1;
    outcomes.push(await attempt(fake, basic(clientId(), `guess-${guesses}`), address));
  }
  return outcomes;
}

const ops = () => "ops";
const anyId = () => `id-${guesses}`;

describe("a failure budget", () => {
  it("of one of several processes is a part of it", async () => {
    fake = fakeAuthenticatorOfOne(3);
    const outcomes = await guess(ops, 5);
    expect(outcomes.filter((outcome) => outcome === "UNAUTHENTICATED")).toHaveLength(4);
    expect(outcomes.at(-1)).toBe("TOO_MANY_FAILURES");
    jest.advanceTimersByTime(29_000);
    expect(await guess(ops, 1)).toEqual(["TOO_MANY_FAILURES"]);
    jest.advanceTimersByTime(1_000);
    expect(await guess(ops, 2)).toEqual(["UNAUTHENTICATED", "TOO_MANY_FAILURES"]);
  });

  it.each([
    ["a known id", ops],
    ["an unknown id", () => "nobody"],
  ])("refuses the guesses at %s once ten were wrong, and looks at them no more", async (_, clientId) => {
    expect(await guess(clientId, 10)).toEqual(Array(10).fill("UNAUTHENTICATED"));
    const queries = fake.queries();
    expect(await guess(clientId, 100)).toEqual(Array(100).fill("TOO_MANY_FAILURES"));
    expect(fake.queries()).toBe(queries);
  });

  it("looks at no more of them where they come all at once, the right one among them", async () => {
    const wrong = Array.from({ length: 1_000 }, (_, at) => basic("ops", `at-once-${at}`));
    const all = [...wrong, basic("ops", "chosen-by-a-person")];
    const outcomes = await Promise.all(all.map((header) => attempt(fake, header)));
    expect(outcomes.filter((outcome) => outcome !== "TOO_MANY_FAILURES")).toEqual(
      Array(10).fill("UNAUTHENTICATED"),
    );
  });

  it("refuses the guesses at many ids, too, once a hundred of an address were wrong", async () => {
    const outcomes = await guess(anyId, 1_000);
    expect(outcomes.slice(0, 100)).toEqual(Array(100).fill("UNAUTHENTICATED"));
    expect(outcomes.slice(100)).toEqual(Array(900).fill("TOO_MANY_FAILURES"));
    expect(fake.queries()).toBe(100);
  });

  it("counts secrets without an id by their address", async () => {
    const outcomes: string[] = [];
    for (let time = 0; time < 200; time += 1) outcomes.push(await attempt(fake, `Bearer guess-${time}`));
    expect(outcomes.filter((outcome) => outcome === "UNAUTHENTICATED")).toHaveLength(100);
    expect(outcomes.at(-1)).toBe("TOO_MANY_FAILURES");
  });

  it("counts all addresses of an IPv6 network as one", async () => {
    await guess(ops, 10, "2001:db8:1:2::1");
    expect(await guess(ops, 1, "2001:db8:1:2:ffff::9")).toEqual(["TOO_MANY_FAILURES"]);
    expect(await guess(ops, 1, "2001:db8:1:3::1")).toEqual(["UNAUTHENTICATED"]);
  });

  it("says how long to wait, after which one more is looked at", async () => {
    await guess(ops, 10);
    const refused = await fake.authenticator
      .authenticate(basic("ops", "chosen-by-a-person"), senderAt("192.0.2.1"))
      .catch((error: { refusal: { retryAfterMs: number } }) => error.refusal);
    expect(refused).toEqual({ reason: "TOO_MANY_FAILURES", retryAfterMs: 10_000 });
    await jest.advanceTimersByTimeAsync(10_000);
    expect(await attempt(fake, basic("ops", "chosen-by-a-person"))).toBe("ops");
  });

  it("does not count a wrong secret that is sent again", async () => {
    for (let time = 0; time < 1_000; time += 1)
      expect(await attempt(fake, basic("ops", "old-secret"))).toBe("UNAUTHENTICATED");
    expect(await attempt(fake, basic("ops", "chosen-by-a-person"))).toBe("ops");
  });
});

describe("whoever has the right secret", () => {
  it("gets in from elsewhere, whatever is guessed at its id", async () => {
    await guess(ops, 1_000);
    expect(await attempt(fake, basic("ops", "chosen-by-a-person"), elsewhere)).toBe("ops");
  });

  it("gets in from the same address, if it did before", async () => {
    await attempt(fake, basic("ops", "chosen-by-a-person"));
    await guess(ops, 1_000);
    await jest.advanceTimersByTimeAsync(3_600_000);
    await guess(ops, 1_000);
    expect(await attempt(fake, basic("ops", "chosen-by-a-person"))).toBe("ops");
  });

  it("gets in from the same address for the first time, if the secret was made here", async () => {
    await guess(() => "customer", 1_000);
    await guess(anyId, 1_000);
    expect(await attempt(fake, basic("customer", generated))).toBe("customer");
    expect(await attempt(fake, `Bearer ${generated}`)).toBe("customer");
  });

  it("is told apart from those who guess secrets of that form", async () => {
    const outcomes: string[] = [];
    for (let time = 0; time < 20; time += 1)
      outcomes.push(await attempt(fake, basic("customer", newSecret())));
    expect(outcomes.slice(0, 10)).toEqual(Array(10).fill("UNAUTHENTICATED"));
    expect(outcomes.slice(10)).toEqual(Array(10).fill("TOO_MANY_FAILURES"));
    expect(await attempt(fake, basic("customer", generated))).toBe("customer");
  });
});

it("keeps nobody out because others go on with secrets that are good no longer", async () => {
  for (let time = 0; time < 300; time += 1) await attempt(fake, basic(`client-${time % 3}`, newSecret()));
  for (let time = 0; time < 20; time += 1) await attempt(fake, basic("ops", newSecret()));
  expect(await attempt(fake, basic("ops", "chosen-by-a-person"))).toBe("ops");
});

describe("the log", () => {
  it("has how many failed and were refused, by whom, once a second, and no secret", async () => {
    await guess(ops, 20);
    await guess(ops, 20, elsewhere);
    await attempt(fake, "Basic !!!!");
    await jest.advanceTimersByTimeAsync(1_000);
    expect(fake.logged).toEqual([
      { failed: 1, addresses: ["192.0.2.1"] },
      { failed: 20, refused: 20, addresses: ["192.0.2.1", elsewhere] },
    ]);
  });
});
