/** What a caller says of the trace that its call is part of (W3C Trace Context, section 3.2). */
export interface TraceParent {
  readonly traceId: string;
  readonly spanId: string;
  readonly isSampled: boolean;
}

/** Later versions may have more behind the flags; version ff never is one. */
const form = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(?:$|-)/;

/** Undefined where there is none, or none that is well formed: then a call begins a trace of its own. */
export function readTraceParent(header: string | undefined): TraceParent | undefined {
  if (header === undefined) return undefined;
  const [, traceId = "", spanId = "", flags = ""] = form.exec(header) ?? [];
  const isOver = header.startsWith("00-") && header.length > "00--".length + 32 + 16 + 3;
  if (traceId === "" || isOver) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}
