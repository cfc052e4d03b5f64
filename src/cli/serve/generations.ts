import { setFlagsFromString } from "node:v8";

/** How V8 treats what lives for as long as a call, and what lives longer. */
export function setGenerations(): void {
  // Where what is made has outlived some collections V8 would come to allocate in the old generation at once; and whatever an
  // object there points to lives until the next full collection, which makes the places where that was made look alike. Of
  // calls that all die young a quarter of their bytes grew old in this way.
  setFlagsFromString("--no-allocation-site-pretenuring");
  // The old generation is collected when it is twice of what lived on the last time, where it would grow to up to four times.
  // On Node 24 that spares 60 MB of 325 under full load, and costs no processor time that could be measured.
  setFlagsFromString("--heap-growing-percent=100");
}
