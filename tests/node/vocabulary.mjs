// SPDX-License-Identifier: MIT
// The vocabulary of schema.org: types, their parents, their properties and what
// a property's value may be, as schema-dts has generated it from the source.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const names = (list) => list.split(/[,|]/).map((name) => name.trim());
const type_of = (name) => name.replace(/(Base|Leaf)$/, '');

/* A type without properties of its own stands only as the union of its kinds. */
function add_bare_parents(declarations, types) {
  for (const [, parent, union] of declarations.matchAll(/^export type (\w+) = ([^{}<>]*);$/gm))
    for (const name of names(union))
      if (name !== parent && types.has(name) && types.has(parent))
        types.get(name).parents.add(parent);
}

function read() {
  const declarations = readFileSync(
    fileURLToPath(new URL('node_modules/schema-dts/dist/schema.d.ts', import.meta.url)), 'utf8');
  const types = new Map();
  let type;
  for (const line of declarations.split('\n')) {
    const opened = /^(?:export )?interface (\w+(?:Base|Leaf))(?: extends (.*))? \{/.exec(line);
    const property = /^ {4}"(\w+)"\?: SchemaValue<(.*), "\w+">;/.exec(line);
    if (opened) {
      const name = type_of(opened[1]);
      type = types.get(name) ?? { parents: new Set(), ranges: new Map() };
      types.set(name, type);
      for (const parent of names(opened[2] ?? ''))
        if (parent.endsWith('Base') && type_of(parent) !== name) type.parents.add(type_of(parent));
    } else if (property)
      type.ranges.set(property[1], names(property[2]));
  }
  add_bare_parents(declarations, types);
  return types;
}

export const types = read();

/* A type and all that it is a kind of. */
export function ancestors(name) {
  const parents = [...(types.get(name)?.parents ?? [])];
  return new Set([name, ...parents.flatMap((parent) => [...ancestors(parent)])]);
}

/* What a value of a type's property may be; undefined: no such property. */
export function range(name, property) {
  for (const ancestor of ancestors(name)) {
    const found = types.get(ancestor)?.ranges.get(property);
    if (found) return found;
  }
  return undefined;
}

/* The same in the form of schema.org's own file, as far as validators read it. */
export function graph() {
  const link = (name) => ({ '@id': `schema:${name}` });
  const nodes = [];
  const domains = new Map();
  for (const [name, { parents, ranges }] of types) {
    nodes.push({ ...link(name), '@type': 'rdfs:Class', 'rdfs:subClassOf': [...parents].map(link) });
    for (const property of ranges.keys())
      domains.set(property, [...(domains.get(property) ?? []), link(name)]);
  }
  for (const [property, domain] of domains)
    nodes.push({ ...link(property), '@type': 'rdf:Property', 'schema:domainIncludes': domain });
  return { '@graph': nodes };
}
