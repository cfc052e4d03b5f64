import type { connectNodeAdapter } from "@connectrpc/connect-node";

/** Takes every request, whatever the version of HTTP. Never throws. */
export type Listener = ReturnType<typeof connectNodeAdapter>;

export type HttpRequest = Parameters<Listener>[0];
export type HttpResponse = Parameters<Listener>[1];

/** The request's path as it came, without the query. */
export function pathOf(request: HttpRequest): string {
  const { url = "" } = request;
  const mark = url.indexOf("?");
  return mark < 0 ? url : url.slice(0, mark);
}

/** Whether more comes of a request than its headers. */
export function hasBody(request: HttpRequest): boolean {
  if ("stream" in request) return !request.stream.endAfterHeaders;
  return (
    request.headers["content-length"] !== undefined || request.headers["transfer-encoding"] !== undefined
  );
}

/** Whether its client waits to be told to go on before it sends more than is taken: over HTTP/1.1 it is not told. */
export function waitsWithTooMuch(
  { headers, httpVersion }: Pick<HttpRequest, "headers" | "httpVersion">,
  bytesMax: number,
): boolean {
  return (
    httpVersion === "1.1" && headers.expect !== undefined && Number(headers["content-length"]) > bytesMax
  );
}
