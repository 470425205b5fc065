// SPDX-License-Identifier: MIT
// How fast general tools find times in a text. Usage: node times.mjs FILE
// One line a tool: name, megabytes a second, expressions found. Each gets the
// text paragraph by paragraph, which suits them better than the whole at once,
// and one paragraph beforehand to warm up.
import { readFileSync } from "node:fs";
import nlp from "compromise";
import dates from "compromise-dates";
import recognizers from "@microsoft/recognizers-text-date-time";

nlp.plugin(dates);
const text = readFileSync(process.argv[2], "utf8");
const paragraphs = text.split(/\n+/).filter((line) => line.trim() !== "");

const tools = [
  ["compromise, sentences only", (p) => nlp(p).sentences().length],
  ["compromise with dates and durations", (p) => {
    const document = nlp(p);
    return document.dates().length + document.durations().length;
  }],
  ["recognizers-text-date-time",
    (p) => recognizers.recognizeDateTime(p, recognizers.Culture.English).length],
];

for (const [name, find] of tools) {
  find(paragraphs[0]);
  const budget = 20_000; // milliseconds: a slow tool reads only a part
  const start = performance.now();
  let found = 0, bytes = 0;
  for (const paragraph of paragraphs) {
    found += find(paragraph);
    bytes += Buffer.byteLength(paragraph) + 1;
    if (performance.now() - start > budget) break;
  }
  const seconds = (performance.now() - start) / 1000;
  console.log(`${name}\t${(bytes / 1e6 / seconds).toFixed(3)}\t${found}`);
}
