import { Code, ConnectError } from "@connectrpc/connect";
import { bounded } from "./error-size.ts";

it("makes a message Unicode, which trailers can hold", () => {
  const { rawMessage, code } = bounded(new ConnectError("names x\ud800", Code.InvalidArgument));
  expect([rawMessage, code]).toEqual(["names x\ufffd", Code.InvalidArgument]);
});
