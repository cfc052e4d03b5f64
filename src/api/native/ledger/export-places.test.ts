import { exportPlaces, placesOfCustomer } from "./export-places.ts";

const places = exportPlaces(placesOfCustomer);
const end = { at: new Date("2026-11-01T00:00:00.123Z"), isClosed: true };

it.each([
  { end, past: { currency: "VC", entry: undefined } },
  { end: { ...end, isClosed: false }, past: { currency: "USD", entry: { at: new Date(5), version: 7 } } },
])("reads what it has written: %j", (place) => {
  expect(places.read(places.write(place))).toEqual(place);
});

it.each(["", "c1", "x1 VC ", "c1 vc ", "c1 VC x", "c1  5 v7", "cx VC ", "c1 VC 5 v7 8"])(
  "takes no place from %j",
  (text) => {
    expect(places.read(text)).toBeUndefined();
  },
);
