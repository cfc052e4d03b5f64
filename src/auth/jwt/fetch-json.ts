const bytesMax = 256 * 1024;
const msMax = 5_000;

/** What is at a URL, as JSON: within a time and a size, and only there: a redirect is an error. */
export async function fetchJson(url: string): Promise<unknown> {
  const response = await fetch(url, {
    redirect: "error",
    signal: AbortSignal.timeout(msMax),
    headers: { accept: "application/json", "accept-encoding": "identity" },
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`it answers ${response.status}`);
  }
  return JSON.parse(await textOf(response));
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new Error(`it answers more than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Why it failed, in a line: fetch has the reason within its error. */
export function failureOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `it takes more than ${msMax} ms`;
  if (error instanceof SyntaxError) return "it answers no JSON";
  const { cause } = error;
  return cause instanceof Error
    ? `${error.message}: ${cause.message || String((cause as NodeJS.ErrnoException).code)}`
    : error.message;
}
