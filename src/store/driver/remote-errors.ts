/** What the driver says of an error of the database. */
export interface ErrorFields {
  readonly code?: unknown;
  readonly message?: unknown;
  /** PostgreSQL's context of it. */
  readonly where?: unknown;
}

const internalError = "XX000";
/** Words of these are English where a node and its coordinator are what `../distribution/requirements.ts` asks for. */
const full = /too many (clients|connections)|connection slots are reserved/;

/** What a node answers bears a state of its own. Where there is none, the connection to it may say what went wrong, as any error of a node. */
const ofNode = /^while executing command on /m;
const isOfConnection =
  /\b(connection|server closed|SYSCALL|SSL error|EOF|terminating|could not (receive|send)|lost synchronization|No route to host|Network is unreachable|timed out)\b/i;
/**
 * A COMMIT of which a node's answer is missing: what was changed there may stand. Or a node that had to take part is out
 * of reach; then nothing stands.
 */
const tellsLoss = /^(could not commit transaction for shard|failure on connection marked as essential)/;

/**
 * The connection to a node of a distributed database was lost, or could not be made, which its coordinator tells in other
 * words than of its own. What fails because of it fails like what comes behind a failed statement (25P02): as the first
 * failure of a transaction that says nothing else.
 */
export function isRemoteLoss({ code, message, where }: ErrorFields): boolean {
  if (code === "25P02") return true;
  return (
    code === internalError &&
    ((isOfNode({ where }) && isOfConnection.test(String(message))) || tellsLoss.test(String(message)))
  );
}

/**
 * A node's own fault, or that the connection to it was lost, in whatever words. As the answer to COMMIT it says nothing of
 * what stands.
 */
export function isNodeFault(fields: ErrorFields): boolean {
  return fields.code === internalError && isOfNode(fields);
}

/**
 * A node takes no more connections, as the coordinator says it in a warning where it looks at one: it is at work for those
 * that there are.
 */
export function isOfFullNode(warning: ErrorFields | undefined): boolean {
  return full.test(String(warning?.message));
}

/** A node of a distributed database has answered so, and not the coordinator. */
export function isOfNode({ where }: ErrorFields): boolean {
  return ofNode.test(String(where));
}
