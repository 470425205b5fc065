// SPDX-License-Identifier: MIT
// The list of claims as its readers would write it for a JavaScript server: the
// statements of src/store/, prepared once, and the same JSON. `prepare` gives
// all rows of a statement as objects: (sql) => (...parameters) => rows. A cursor
// is the place as JSON in base64url, unchecked.
const PAGE_MAX = 500, AROUND = 32, WHOLE_QUOTE_MAX = 300, END_WORDS = 6;
const DISCLAIMER = "These are statements made by the cited sources, quoted with their place in "
  + "the text. They are not checked, not endorsed and not medical advice.";

// --- The statements, and how their rows become the parts of a claim -----------

const page = (after) => `SELECT s.key, c.claim_id & 16777215 AS place, c.kind, r.revision_id,
  lower(hex(s.id)) AS source_id, coalesce(s.title, e.title) AS title, s.publisher, s.url, r.number,
  r.updated_at, lower(hex(c.id)) AS id, c.text, c.section, c.topic, c.certainty, c.polarity,
  c.spans, c.hedges, c.treatments, c.conditions, c.routes
  FROM source AS s CROSS JOIN revision AS r ON r.revision_id = s.current_revision
  CROSS JOIN extraction AS e ON e.revision_id = r.revision_id
  CROSS JOIN claim AS c ON c.claim_id >= (r.revision_id << 24)
  ${after ? "+ CASE WHEN s.key = ? THEN ? + 1 ELSE 0 END" : ""}
  AND c.claim_id <= (r.revision_id << 24) + 16777215
  ${after ? "WHERE s.key >= ?" : ""} ORDER BY s.key, c.claim_id LIMIT ?`;

const SQL = {
  first: page(false),
  after: page(true),
  dataset: "SELECT version FROM dataset",
  text: "SELECT bytes FROM text WHERE revision_id = ?",
};

const list = (json) => (json === null ? [] : JSON.parse(json));

function partsOf(row) {
  return {
    spans: list(row.spans).map(([role, start, end, byte_start, byte_end, exact = row.text]) =>
      ({ role, start, end, byte_start, byte_end, exact })),
    hedges: list(row.hedges), treatments: list(row.treatments), conditions: list(row.conditions),
    routes: list(row.routes),
  };
}

// A place in the list: what a cursor holds, and what the statement `after` takes.
const placeOf = (row) => [row.key, row.place];
const bound = ([key, place]) => [key, place, key];

// --- The answer ---------------------------------------------------------------

const uuid = (hex) => `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-`
  + `${hex.slice(16, 20)}-${hex.slice(20)}`;

const encode = (words) => encodeURIComponent(words.replace(/\s+/g, " "))
  .replace(/[!'()*-]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

function deepLink(url, quote) {
  if (url === null) return null;
  const start = `${url}${url.includes("#") ? "" : "#"}:~:text=`, words = quote.trim().split(/\s+/);
  return Buffer.byteLength(quote) <= WHOLE_QUOTE_MAX || words.length <= 2 * END_WORDS
    ? start + encode(quote.trim())
    : `${start}${encode(words.slice(0, END_WORDS).join(" "))},`
      + encode(words.slice(-END_WORDS).join(" "));
}

const toCursor = (place) => Buffer.from(JSON.stringify(place)).toString("base64url");
const fromCursor = (cursor) => JSON.parse(Buffer.from(cursor, "base64url").toString());

export function claimList(prepare) {
  const ask = Object.fromEntries(Object.entries(SQL).map(([name, sql]) => [name, prepare(sql)]));

  // The characters before and behind a quote; rows of one source stand together.
  function around(held, revision, span) {
    if (held.revision !== revision) {
      held.revision = revision;
      held.bytes = Buffer.from(ask.text(revision)[0].bytes);
    }
    const reach = AROUND * 4;
    const before = held.bytes.toString("utf8", Math.max(0, span.byte_start - reach), span.byte_start);
    const behind = held.bytes.toString("utf8", span.byte_end, span.byte_end + reach);
    return [Array.from(before).slice(-AROUND).join(""), Array.from(behind).slice(0, AROUND).join("")];
  }

  function claim(row, held) {
    const { spans, hedges, treatments, conditions, routes } = partsOf(row);
    const span = spans.find((s) => s.role === row.kind);
    const [prefix, suffix] = around(held, row.revision_id, span);
    const id = uuid(row.id), sourceHref = `/v1/sources/${uuid(row.source_id)}`;
    return {
      id, text: row.text, section: row.section, spans, topic: row.topic, certainty: row.certainty,
      hedges, polarity: row.polarity, treatments, conditions, routes,
      source: { id: uuid(row.source_id), title: row.title, publisher: row.publisher, url: row.url,
        href: sourceHref },
      revision: row.number, current: true, updated_at: row.updated_at,
      selector: [{ type: "TextQuoteSelector", exact: span.exact, prefix, suffix },
        { type: "TextPositionSelector", start: span.start, end: span.end }],
      href: `/v1/claims/${id}`, source_text_href: `${sourceHref}/text?revision=${row.number}`,
      deep_link: deepLink(row.url, span.exact),
    };
  }

  return function answer(self, limitText, cursor) {
    const limit = Math.min(Number(limitText ?? 50), PAGE_MAX), held = {};
    const rows = cursor ? ask.after(...bound(fromCursor(cursor)), limit + 1) : ask.first(limit + 1);
    const links = { self };
    if (rows.length > limit) {
      rows.pop();
      links.next = `/v1/claims?limit=${limit}&cursor=${toCursor(placeOf(rows.at(-1)))}`;
    }
    return { data: rows.map((row) => claim(row, held)), links,
      meta: { limit, dataset_version: ask.dataset()[0].version, disclaimer: DISCLAIMER } };
  };
}
