// SPDX-License-Identifier: MIT
// Bun and bun:sqlite. Usage: bun bun.mjs DATABASE PORT
import { Database } from "bun:sqlite";
import { claimList } from "./claims.mjs";

const [path, port] = process.argv.slice(2);
const db = new Database(path, { readonly: true });
const answer = claimList((sql) => {
  const statement = db.prepare(sql);
  return (...parameters) => statement.all(...parameters);
});

Bun.serve({
  hostname: "127.0.0.1",
  port: Number(port),
  routes: {
    "/v1/claims": (request) => {
      const url = new URL(request.url), query = url.searchParams;
      return Response.json(answer(url.pathname + url.search, query.get("limit"), query.get("cursor")));
    },
  },
});
