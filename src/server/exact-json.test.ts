import { StructSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { exactJsonDecoder } from "./exact-json.ts";

const decoder = exactJsonDecoder(StructSchema, "ignored");
const decode = (text: string) => decoder.decode(Buffer.from(text));

it.each(["9007199254740991", "9007199254740992", "-0", "1.5", "0.1", "1e2", "1e300", '"9007199254740993"'])(
  "lets %s through",
  (number) => {
    expect(decode(`{"a":[${number}]}`)).toBe(`{"a":[${number}]}`);
  },
);

it.each(["9007199254740993", "-9007199254740993.0", "9007199254740993e0", "1.00000000000000000001", "1e400"])(
  "refuses %s and says where it is",
  (number) => {
    expect(() => decode(`{"a":[{"b":${number}}]}`)).toThrow(
      `a[0].b: is ${number}, which a double cannot hold; send it as text`,
    );
  },
);

it.each([Buffer.from([0x22, 0xff, 0x22]), Buffer.from("{")])(
  "blames the caller for what is no JSON",
  (bytes) => {
    const thrown = (() => {
      try {
        return decoder.decode(bytes);
      } catch (error) {
        return error;
      }
    })();
    expect(thrown).toBeInstanceOf(ConnectError);
    expect(thrown).toMatchObject({ code: Code.InvalidArgument });
  },
);
