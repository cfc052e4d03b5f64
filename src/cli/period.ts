import { timestampFromDate } from "@bufbuild/protobuf/wkt";

export interface Period {
  /** At or after; from the beginning without it. */
  readonly from?: Date;
  /** Before; now without it. */
  readonly to?: Date;
}

/** As the interface has it. */
export function periodOf({ from, to }: Period) {
  return {
    ...(from && { startTime: timestampFromDate(from) }),
    ...(to && { endTime: timestampFromDate(to) }),
  };
}
