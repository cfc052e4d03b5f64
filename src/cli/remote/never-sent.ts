/** The cause of an error of a call that no connection took: whatever it asks for is not done. */
export class NeverSent extends Error {
  override readonly name = "NeverSent";
}
