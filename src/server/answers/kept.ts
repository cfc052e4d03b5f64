import type { UniversalServerResponse } from "@connectrpc/connect/protocol";
import type { UnreadAnswer } from "./unread-answer.ts";

/**
 * The answer, of which each piece is counted before it is written. Rejects where there is no room for the first piece: then the
 * call can still be refused. Where there is none for a later one the answer is cut off.
 */
export async function kept(
  answer: UniversalServerResponse,
  unread: UnreadAnswer,
): Promise<UniversalServerResponse> {
  if (answer.body === undefined) return answer;
  const pieces = answer.body[Symbol.asyncIterator]();
  const first = await pieces.next();
  try {
    if (first.done !== true) unread.keep(first.value.length);
  } catch (error) {
    await pieces.return?.();
    throw error;
  }
  return { ...answer, body: counted(first, pieces, unread) };
}

async function* counted(
  first: IteratorResult<Uint8Array>,
  pieces: AsyncIterator<Uint8Array>,
  unread: UnreadAnswer,
): AsyncIterable<Uint8Array> {
  try {
    if (first.done === true) return;
    yield first.value;
    for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) {
      if (!fits(next.value, unread)) return;
      yield next.value;
    }
  } finally {
    await pieces.return?.();
  }
}

function fits(piece: Uint8Array, unread: UnreadAnswer): boolean {
  try {
    unread.keep(piece.length);
    return true;
  } catch {
    unread.cut();
    return false;
  }
}
