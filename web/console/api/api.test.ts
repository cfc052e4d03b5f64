import { create } from "@bufbuild/protobuf";
import { CallerSchema, CredentialService } from "../../../gen/tallystick/v1/credential_pb.ts";
import { Session } from "../session/session.ts";
import { Api } from "./api.ts";

const storage = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };
const caller = create(CallerSchema, {});
const { getCaller } = CredentialService.method;

let session: Session;
let api: Api;
/** Answers the calls that wait: nobody is known. */
let refuse: () => void;
beforeEach(() => {
  const refused = new Promise<Response>((resolve) => {
    const init = { status: 401, headers: { "content-type": "application/json" } };
    refuse = () => resolve(new Response('{"code": "unauthenticated", "message": "unknown"}', init));
  });
  Object.assign(globalThis, { location: { href: "http://127.0.0.1/console/" } });
  jest.spyOn(globalThis, "fetch").mockImplementation(() => refused);
  session = new Session(storage);
  api = new Api(session);
  session.begin({ credential: { token: "first" }, caller });
});
afterEach(() => {
  jest.restoreAllMocks();
  Reflect.deleteProperty(globalThis, "location");
});

it("waits for no longer than until it is read again", async () => {
  const deadline = AbortSignal.abort();
  jest.spyOn(AbortSignal, "timeout").mockReturnValue(deadline);
  void api.read("/metrics");
  expect(fetch).toHaveBeenCalledWith(
    "http://127.0.0.1/metrics",
    expect.objectContaining({ signal: deadline }),
  );
  expect(AbortSignal.timeout).toHaveBeenCalledWith(expect.any(Number));
});

async function refusedWhile(change: () => void): Promise<void> {
  const answer = api.ask(getCaller, {});
  change();
  refuse();
  await expect(answer).rejects.toThrow("unknown");
}

it("ends the session whose credential is not known any more", async () => {
  await refusedWhile(() => undefined);
  expect(session.state).toEqual({ because: "unknown" });
});

it("leaves a session alone that began after the call", async () => {
  await refusedWhile(() => {
    session.end();
    session.begin({ credential: { token: "second" }, caller });
  });
  expect(session.state).toMatchObject({ credential: { token: "second" } });
});

it("leaves the session alone where another credential was tried", async () => {
  const answer = api.ask(getCaller, {}, { as: { token: "other" } });
  refuse();
  await expect(answer).rejects.toThrow("unknown");
  expect(session.state).toMatchObject({ credential: { token: "first" } });
});
