import { authorizationOf, readPasted } from "./credential.ts";

it("is an Authorization header", () => {
  expect(authorizationOf({ clientId: "id", clientSecret: "secret" })).toBe("Basic aWQ6c2VjcmV0");
  expect(authorizationOf({ clientId: "é", clientSecret: "ü" })).toBe("Basic w6k6w7w=");
  expect(authorizationOf({ token: "a.b.c" })).toBe("Bearer a.b.c");
});

const pair = { clientId: "id", clientSecret: "se:cret" };

it.each([
  ["the file of npm start", '{"client_id": "id", "client_secret": "se:cret"}\n', pair],
  ["the answer of CreateCredential", '{"credential": {"clientId": "id"}, "clientSecret": "se:cret"}', pair],
  ["$AUTH", " id:se:cret\n", pair],
  [
    "a token",
    "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln",
    { token: "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln" },
  ],
  ["an id", "019a9e20-6b2d-7c7e-a1ee-6f6a1c1d5d3e", undefined],
  ["an id and no secret", "id:", undefined],
  ["JSON without a secret", '{"client_id": "id"}', undefined],
  ["no JSON", "{", undefined],
])("is read from %s", (_, text, credential) => expect(readPasted(text)).toEqual(credential));
