import type { DescService } from "@bufbuild/protobuf";
import { type Dialect, dialectOf } from "../../server/gateway/dialect.ts";

/** Some of the services of a document, which speak alike. */
export interface Part {
  readonly package: string;
  /** How a service speaks there; undefined for one that is not there. */
  readonly dialectOf: (service: DescService) => Dialect | undefined;
  /** Begins the names of what is theirs, where other services of the document have the same. */
  readonly prefix: string;
}

/** What one document is about. */
export interface Face {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly description: string;
  readonly parts: readonly Part[];
  /** The only pages whose calls are its examples: on others the same paths may answer otherwise. */
  readonly pages?: readonly string[];
}

const ownDialect = { dialectOf, prefix: "" };
const errors = "Errors are documented with each operation; decide by their reason, which stays what it is.";
const shortPaths = "In each path, `/o/` is the same as `/organizations/`.";

/** One document for each interface. */
export const faces: readonly Face[] = [
  {
    name: "native",
    title: "Tallystick",
    summary: "Balances, credits, charges and limits on a double-entry ledger.",
    description: [
      "The native interface: all that Tallystick does. Amounts are exact decimal text and never numbers. A change is made under a key, and once for it: a retry gets the first answer again.",
      "Every property is left out of an answer where it has its default: empty text, `0`, `false`, an empty list.",
      errors,
    ].join("\n\n"),
    parts: [{ package: "tallystick.v1", ...ownDialect }],
  },
  {
    name: "frontier",
    title: "Tallystick for clients of Frontier",
    summary: "The billing methods of raystack Frontier, on Tallystick's ledger.",
    description: [
      "The paths and the JSON of the billing part of raystack Frontier. Properties that a request has and the service does not know are ignored; in answers every property is there, and `null` where it is an object that is not set.",
      errors,
    ].join("\n\n"),
    parts: [{ package: "raystack.frontier.v1beta1", ...ownDialect }],
  },
  {
    name: "apigee-x",
    title: "Tallystick for clients of Apigee X",
    summary:
      "Developers, app groups, wallets and adjustments of Apigee X's monetization, on Tallystick's ledger.",
    description: [
      "The paths and the JSON of the monetization part of Apigee X. Where an organization has chosen Edge's management dialect, its developers answer as the document of Apigee Edge says.",
      shortPaths,
      "A GET whose URL would be too long may come as a POST, with the header `X-HTTP-Method-Override: GET` and its query as a form in the body.",
      errors,
    ].join("\n\n"),
    parts: [{ package: "tallystick.apigee.x.v1", ...ownDialect }],
    pages: ["docs/apigee-x.md"],
  },
  {
    name: "apigee-edge",
    title: "Tallystick for clients of Apigee Edge",
    summary: "Credit limits, balances and refunds of Apigee Edge's monetization, on Tallystick's ledger.",
    description: [
      "The paths and the JSON of Apigee Edge's monetization, and of its management of developers where the organization has chosen Edge's management dialect: what begins with Management. Amounts are JSON numbers with all their digits: read them as decimals, and not as doubles.",
      shortPaths,
      errors,
    ].join("\n\n"),
    parts: [
      { package: "tallystick.apigee.edge.v1", ...ownDialect },
      {
        package: "tallystick.apigee.x.v1",
        dialectOf: (service) => dialectOf(service).alternative,
        prefix: "Management",
      },
    ],
    pages: ["docs/apigee-edge.md"],
  },
];
