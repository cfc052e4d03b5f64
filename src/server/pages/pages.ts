import { ConnectError } from "@connectrpc/connect";
import { explained } from "../../errors/explained.ts";
import { refuseVerb, sendPlainError } from "../answers/plain-answer.ts";
import { carrierOf } from "../answers/unread-answer.ts";
import type { Connection } from "../connections/connection.ts";
import { type HttpRequest, type HttpResponse, pathOf } from "../http.ts";
import { requestError } from "../requests/request-errors.ts";
import { acceptedEncoding } from "./accepted-encoding.ts";
import { weightsOf } from "./field-weights.ts";
import type { Manifest, Page } from "./manifest.ts";
import { PageFiles } from "./page-files.ts";
import { cacheControl, safetyHeaders } from "./page-headers.ts";

/** What a browser gets, which is no call. */
export interface Pages {
  /** Whether a path is a page's, or would be if there were one. `/` is for those alone who ask for a page. */
  owns(path: string, accept: string | undefined): boolean;
  /** Rejects where a file cannot be read. */
  handle(request: HttpRequest, response: HttpResponse, connection: Connection): Promise<void>;
}

/** What a person is shown where there is no page, by how many folders are above that. */
const missing = "/404/";

/** @param folder where the files of the manifest are */
export function createPages(folder: string, manifest: Manifest): Pages {
  const pages = new Map(Object.entries(manifest.pages));
  const begins = new Set(
    [...pages.keys()].filter((path) => path !== "/" && !path.startsWith(missing)).map(beginOf),
  );
  const files = new PageFiles(folder);

  const find = (path: string): Page | undefined => {
    const page = pages.get(path);
    if (page !== undefined) return page;
    const application = manifest.applications.find((each) => path.startsWith(each));
    const isAsset = path.startsWith(`${application}assets/`);
    return application === undefined || isAsset ? undefined : pages.get(application);
  };

  const missingAt = (path: string): Page | undefined => pages.get(`${missing}${path.split("/").length - 2}`);

  /** The way to the page that is meant by a path with a slash too few, or one too many. */
  const atOtherSlash = (path: string): string | undefined => {
    if (pages.has(`${path}/`)) return `${lastOf(path)}/`;
    const without = path.slice(0, -1);
    return path.endsWith("/") && pages.has(without) ? `../${lastOf(without)}` : undefined;
  };

  return {
    owns: (path, accept) => (path === "/" ? pages.has(path) && isReader(accept) : begins.has(beginOf(path))),
    async handle(request, response, connection) {
      for (const [name, value] of Object.entries(safetyHeaders)) response.setHeader(name, value);
      if (request.method !== "GET" && request.method !== "HEAD") return refuseVerb(request, response);
      const path = pathOf(request);
      const page = find(path);
      const found = page === undefined ? atOtherSlash(path) : undefined;
      if (found !== undefined) return leadTo(found, response);
      const shown = page ?? (isReader(request.headers.accept) ? missingAt(path) : undefined);
      try {
        if (shown === undefined) throw requestError("ROUTE_NOT_FOUND", "there is no page at this path");
        const status = page === undefined ? 404 : 200;
        await send({ request, response, connection }, { page: shown, status, files });
      } catch (error) {
        if (!(error instanceof ConnectError)) throw error;
        sendPlainError(response, explained(error));
      }
    },
  };
}

interface Asked {
  readonly request: HttpRequest;
  readonly response: HttpResponse;
  readonly connection: Connection;
}

interface Shown {
  readonly page: Page;
  readonly status: 200 | 404;
  readonly files: PageFiles;
}

async function send({ request, response, connection }: Asked, { page, status, files }: Shown): Promise<void> {
  const { headers } = request;
  const encoding = acceptedEncoding(page, fieldOf(headers, "accept-encoding"));
  const etag = `"${page.tag}-${encoding}"`;
  response.appendHeader("vary", "accept, accept-encoding");
  const fields = { etag, "cache-control": cacheControl(page.isImmutable) };
  if (status === 200 && isAmong(etag, headers["if-none-match"])) {
    response.writeHead(304, fields);
    response.end();
    return;
  }
  const content = await files.read(page, encoding);
  if (response.destroyed) return;
  const isHead = request.method === "HEAD";
  if (!isHead) connection.page(carrierOf(response)).keep(content.length);
  const coding = encoding === "identity" ? {} : { "content-encoding": encoding };
  const contentFields = { "content-type": page.type, "content-length": content.length, ...coding };
  response.writeHead(status, { ...fields, ...contentFields });
  if (isHead) response.end();
  else response.end(content);
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** By a relative way, as a proxy before the service may have put another path before all of its own. */
function leadTo(location: string, response: HttpResponse): void {
  response.writeHead(308, {
    location,
    "cache-control": cacheControl(false),
    "content-length": 0,
  });
  response.end();
}

/** The name with which a path begins. */
function beginOf(path: string): string {
  const end = path.indexOf("/", 1);
  return path.slice(1, end < 0 ? undefined : end);
}

/** Whether a browser asks, for somebody who reads what it shows. */
function isReader(accept: string | undefined): boolean {
  return (weightsOf(accept ?? "").get("text/html") ?? 0) > 0;
}

/** A cache has it already (RFC 9110, section 13.1.2). */
function isAmong(etag: string, field: string | undefined): boolean {
  if (field === undefined) return false;
  const tags = field.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes(etag) || tags.includes("*");
}

function fieldOf(headers: HttpRequest["headers"], name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value : undefined;
}
