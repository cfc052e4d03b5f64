import { exportPlaces, placesOfCustomer } from "./export-places.ts";

const places = exportPlaces(placesOfCustomer);
const customerId = "019ac0de-0000-7000-8000-000000000001";
const end = { at: new Date("2026-11-01T00:00:00.123Z"), isClosed: true };

it.each([
  { end, past: { customerId, currency: "VC", entry: undefined } },
  {
    end: { ...end, isClosed: false },
    past: { customerId, currency: "USD", entry: { at: new Date(5), version: 7 } },
  },
])("reads what it has written: %j", (place) => {
  expect(places.read(places.write(place))).toEqual(place);
});

it.each([
  ...["", "c1", `x1 ${customerId} VC `, `c1 ${customerId} vc `, `c1 ${customerId} VC x`],
  ...[`c1 ${customerId}  5 v7`, `cx ${customerId} VC `, `c1 ${customerId} VC 5 v7 8`],
  ...["c1 VC ", "c1 nobody VC ", `c253402300800000 ${customerId} VC `],
])("takes no place from %j", (text) => {
  expect(places.read(text)).toBeUndefined();
});
