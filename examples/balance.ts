import { readFileSync } from "node:fs";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { FrontierService } from "../gen/raystack/frontier/v1beta1/frontier_pb.ts";

const { client_id, client_secret } = JSON.parse(readFileSync(".tallystick/credential.json", "utf8"));
const authorization = `Basic ${btoa(`${client_id}:${client_secret}`)}`;

const transport = createGrpcTransport({ baseUrl: "http://127.0.0.1:7400" });
const frontier = createClient(FrontierService, transport);

const { balance } = await frontier.getBillingBalance({ orgId: "demo" }, { headers: { authorization } });
process.stdout.write(`${balance?.amount} ${balance?.currency}\n`);
