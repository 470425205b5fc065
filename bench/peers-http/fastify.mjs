// SPDX-License-Identifier: MIT
// Fastify and libsql on Node.js. Usage: node fastify.mjs DATABASE PORT
import Fastify from "fastify";
import Database from "libsql";
import { claimList } from "./claims.mjs";

const [path, port] = process.argv.slice(2);
const db = new Database(path, { readonly: true });
const answer = claimList((sql) => {
  const statement = db.prepare(sql);
  return (...parameters) => statement.all(...parameters);
});

const app = Fastify({ logger: false });
app.get("/v1/claims", (request) => answer(request.url, request.query.limit, request.query.cursor));
await app.listen({ host: "127.0.0.1", port: Number(port) });
