import { timestampOf } from "../../words/time.ts";
import { stateOf } from "./credential-state.ts";

const now = new Date(1_000_000);
const at = (ms: number) => ({
  $typeName: "google.protobuf.Timestamp" as const,
  ...timestampOf(new Date(ms)),
});

it.each([
  ["active", {}],
  ["active", { expireTime: at(1_000_001) }],
  ["ended", { expireTime: at(1_000_000) }],
  ["rotated", { formerExpireTime: at(1_000_001) }],
  ["active", { formerExpireTime: at(1_000_000) }],
  ["ended", { expireTime: at(1), formerExpireTime: at(1_000_001) }],
  ["revoked", { revokeTime: at(1), expireTime: at(2_000_000) }],
] as const)("is %s where %j", (state, credential) =>
  expect(stateOf({ ...none, ...credential }, now)).toBe(state),
);

const none = { revokeTime: undefined, expireTime: undefined, formerExpireTime: undefined };
