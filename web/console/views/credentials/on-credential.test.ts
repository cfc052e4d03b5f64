import { create } from "@bufbuild/protobuf";
import { CredentialSchema } from "../../../../gen/tallystick/v1/credential_pb.ts";
import { timestampOf } from "../../words/time.ts";
import { update } from "./on-credential.ts";

it("changes what was changed in the form, and leaves an end to the millisecond where it was", () => {
  const end = new Date(2026, 10, 26, 14, 3, 7, 123);
  const credential = create(CredentialSchema, {
    ...{ clientId: "id", displayName: "Gateway", description: "old" },
    expireTime: timestampOf(end),
  });
  const { values, requestOf } = update("demo", credential);
  const of = { organization: "demo", clientId: "id" };
  expect(requestOf({ ...values, description: "" })).toEqual({
    ...{ ...of, description: "", updateMask: { paths: ["description"] } },
  });
  expect(requestOf({ ...values, expireTime: "" })).toEqual({ ...of, updateMask: { paths: ["expire_time"] } });
  expect(requestOf({ ...values, displayName: "G", expireTime: "2026-11-27T00:00:00" })).toEqual({
    ...{ ...of, displayName: "G", expireTime: timestampOf(new Date(2026, 10, 27)) },
    updateMask: { paths: ["display_name", "expire_time"] },
  });
});
