import { type NetworkRange, parseNetworkRange } from "../bounds/network-range.ts";

const rangesMax = 100;

export function parseRanges(text: string): readonly NetworkRange[] | undefined {
  const ranges = text.split(",").map((each) => parseNetworkRange(each.trim()));
  return ranges.length <= rangesMax && ranges.every((range) => range !== undefined) ? ranges : undefined;
}
