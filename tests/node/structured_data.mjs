// SPDX-License-Identifier: MIT
// usage: node structured_data.mjs <document.jsonld
// Puts the document into a page as a site would, takes it out again as a crawler
// does and prints what is wrong with it, one finding a line. Exit code 1: any.
import { readFileSync } from 'node:fs';
import WebAutoExtractor from '@marbec/web-auto-extractor';
import Validator from '@adobe/structured-data-validator';
import { ancestors, graph, range, types } from './vocabulary.mjs';

const is_words = (value) => typeof value === 'string' && value.trim() !== '';
const list_of = (value) => (Array.isArray(value) ? value : value === undefined ? [] : [value]);

/* Data types that a plain value can be read as. */
const plain = {
  string: ['Text', 'URL', 'Date', 'DateTime', 'Duration', 'Time'],
  number: ['Number', 'Integer', 'Float'],
  boolean: ['Boolean'],
};

function fits(value, allowed) {
  if (value === null || typeof value !== 'object')
    return (plain[typeof value] ?? []).some((name) => allowed.includes(name));
  if (!value['@type']) return '@id' in value && allowed.includes('IdReference');
  return [...ancestors(value['@type'])].some((name) => allowed.includes(name));
}

/* Names and values against the vocabulary, all the way down. */
function* vocabulary_findings(node, path) {
  const type = node['@type'];
  if (type !== undefined && !types.has(type)) yield `${path}: schema.org has no type "${type}"`;
  for (const [key, value] of Object.entries(node)) {
    if (key.startsWith('@')) continue;
    const allowed = range(type, key);
    if (!allowed) yield `${path}: ${type} has no property "${key}"`;
    for (const [i, member] of list_of(value).entries()) {
      const place = Array.isArray(value) ? `${path}.${key}[${i}]` : `${path}.${key}`;
      if (allowed && !fits(member, allowed)) yield `${place}: must be ${allowed.join(' or ')}`;
      if (member !== null && typeof member === 'object') yield* vocabulary_findings(member, place);
    }
  }
}

/* What Google asks of a page of questions for a rich result. */
function* faq_findings(page) {
  const questions = list_of(page.mainEntity);
  if (!questions.length) yield 'FAQPage: mainEntity has no question';
  for (const [i, question] of questions.entries()) {
    const place = `FAQPage.mainEntity[${i}]`;
    if (question['@type'] !== 'Question') yield `${place}: must be a Question`;
    if (!is_words(question.name)) yield `${place}: Question needs a name`;
    const answers = list_of(question.acceptedAnswer);
    if (answers.length !== 1 || answers[0]['@type'] !== 'Answer')
      yield `${place}: Question needs one acceptedAnswer, an Answer`;
    else if (!is_words(answers[0].text)) yield `${place}: Answer needs a text`;
  }
}

async function findings(document) {
  const page = `<!DOCTYPE html><title>page</title>
<script type="application/ld+json">${document}</script>`;
  const extracted = new WebAutoExtractor({ addLocation: true }).parse(page);
  const found = (await new Validator(graph()).validate(extracted)).map(
    (issue) => `${issue.severity} ${JSON.stringify(issue.path ?? [])}: ${issue.issueMessage}`);
  const roots = Object.values(extracted.jsonld).flat();
  if (!roots.length) found.push('no structured data in the page');
  for (const root of roots) {
    const { '@location': _, '@source': __, ...node } = root;
    found.push(...vocabulary_findings(node, node['@type']));
    if (node['@type'] === 'FAQPage') found.push(...faq_findings(node));
  }
  return found;
}

const found = await findings(readFileSync(0, 'utf8'));
for (const finding of found) console.log(finding);
process.exitCode = found.length ? 1 : 0;
