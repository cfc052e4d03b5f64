import type { HttpRequest } from "../http.ts";
import type { Binding } from "./binding.ts";
import type { Dialect } from "./dialect.ts";

/**
 * The HTTP method that a request means. Google's clients send a GET whose URL would be too long as a POST with the header
 * `x-http-method-override`, and its query as the body.
 */
export function methodMeant({ method = "GET", headers }: HttpRequest, dialectOf: () => Dialect): string {
  const override = headers["x-http-method-override"];
  if (method !== "POST" || typeof override !== "string") return method;
  return dialectOf().systemParameters === "honoured" ? override.toUpperCase() : method;
}

/** Whether a request brings its query as a form in the body. */
export function hasQueryInBody({ method }: HttpRequest, { httpMethod }: Binding): boolean {
  return method === "POST" && httpMethod === "GET";
}
