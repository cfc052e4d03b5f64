import { boundedMap } from "../bounds/bounded-map.ts";

/** What is right only now, as when a secret was changed, is wrong for so long still. */
const keptMs = 1_000;
const entriesMax = 10_000;

interface Proof {
  /** Of the credential that it would prove. */
  readonly name: string;
  readonly secretHash: string;
}

/** Remembers for a moment what was wrong: a client whose secret is wrong sends it again and again, and guesses nothing by that. */
export class WrongProofs {
  private readonly until = boundedMap<number>(entriesMax);

  has(proof: Proof): boolean {
    return (this.until.get(keyOf(proof)) ?? 0) > performance.now();
  }

  add(proof: Proof): void {
    this.until.set(keyOf(proof), performance.now() + keptMs);
  }
}

function keyOf({ name, secretHash }: Proof): string {
  return `${secretHash} ${name}`;
}
