import type { HttpRequest } from "../http.ts";
import type { Binding } from "./binding.ts";
import type { Dialect } from "./dialect.ts";

/**
 * The HTTP method that a request means. Google's clients send a GET whose URL would be too long as a POST with the header
 * `x-http-method-override`, and its query as the body.
 */
export function methodMeant({ method = "GET", headers }: HttpRequest, dialect: Dialect): string {
  const override = headers["x-http-method-override"];
  const isOverridden = method === "POST" && dialect.systemParameters === "honoured";
  return isOverridden && typeof override === "string" ? override.toUpperCase() : method;
}

/** Whether a request brings its query as a form in the body. */
export function hasQueryInBody({ method }: HttpRequest, { httpMethod }: Binding): boolean {
  return method === "POST" && httpMethod === "GET";
}
