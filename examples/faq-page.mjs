// SPDX-License-Identifier: MIT
// A page of questions and answers, with the linked data that search engines
// read, made from treatfacts. Node.js 18, nothing but its standard library.
//
//   BASE=http://127.0.0.1:8080 PORT=8090 node examples/faq-page.mjs
import { createServer } from "node:http";

const BASE = process.env.BASE ?? "http://127.0.0.1:8080";
const QUERY = process.env.QUERY ?? "treatment=ketamine&limit=100";
const kept = new Map(); // address -> { tag, text }

// Asks with the tag of what is kept: an answer that has not changed is not sent
// again. While the service is away, what is kept is shown.
async function ask(path) {
  const before = kept.get(path);
  try {
    const answer = await fetch(BASE + path, {
      headers: before ? { "If-None-Match": before.tag } : {},
      signal: AbortSignal.timeout(5000),
    });
    if (answer.status === 304) return before.text;
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    const text = await answer.text();
    kept.set(path, { tag: answer.headers.get("ETag") ?? "", text });
    return text;
  } catch (error) {
    if (before) return before.text;
    throw error;
  }
}

const MARKS = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (text) => text.replace(/[&<>"']/g, (mark) => MARKS[mark]);

// A link to a page of a source, if it is one of the web.
function cite({ title, publisher, url }) {
  const name = escape(title ?? publisher ?? "source");
  return /^https?:/.test(url ?? "") ? `<a href="${escape(url)}">${name}</a>` : name;
}

function render({ data, meta }, linked) {
  const entries = data
    .filter((faq) => faq.question !== null) // an answer whose question its page lost
    .map((faq) => `<section>
<h2>${escape(faq.question)}</h2>
<p>${escape(faq.answer)}</p>
<p><small>${cite(faq.source)}</small></p>
</section>`);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Questions and answers</title>
<script type="application/ld+json">${linked}</script>
</head>
<body>
<h1>Questions and answers</h1>
<p>${escape(meta.disclaimer)}</p>
${entries.join("\n")}
</body>
</html>
`;
}

const server = createServer(async (request, response) => {
  try {
    const path = `/v1/faqs?${QUERY}`;
    const [faqs, linked] = await Promise.all([ask(path), ask(`${path}&format=jsonld`)]);
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" });
    response.end(render(JSON.parse(faqs), linked));
  } catch (error) {
    console.error(error);
    response.writeHead(502, { "Content-Type": "text/plain; charset=utf-8" });
    response.end("The facts cannot be had at the moment.\n");
  }
});
server.listen(Number(process.env.PORT ?? 8090), "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${server.address().port}/`);
});
