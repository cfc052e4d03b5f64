import type { HttpResponse } from "../http.ts";
import { unavailable } from "../reasoned.ts";
import { sendPlainError } from "./plain-answer.ts";

it("tells plain HTTP all that is in an error: the reason, and when to try again", () => {
  const headers = new Map<string, unknown>();
  const response = {
    setHeader: (name: string, value: unknown) => headers.set(name, value),
    writeHead: (status: number) => headers.set(":status", status),
    end: (body: string) => headers.set(":body", JSON.parse(body)),
  };
  sendPlainError(response as unknown as HttpResponse, unavailable("UNAVAILABLE", "it starts"));
  expect(Object.fromEntries(headers)).toEqual({
    ":status": 503,
    "retry-after": "1",
    ":body": {
      code: 14,
      message: "it starts",
      details: [
        expect.objectContaining({
          "@type": "type.googleapis.com/google.rpc.ErrorInfo",
          reason: "UNAVAILABLE",
        }),
        { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "1s" },
      ],
    },
  });
});
