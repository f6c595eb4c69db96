/** The reader of the API description: one page with its style and script beside it, nothing from elsewhere. */
export const docsPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>CasareRPA API</title>
<link rel="stylesheet" href="/docs/style.css">
</head>
<body>
<header><h1>CasareRPA API</h1><p>Machine readable: <a href="/openapi.json">openapi.json</a></p>
<label>Filter <input id="filter" type="search" placeholder="jobs, claim, GET …" autofocus></label></header>
<main id="routes" aria-live="polite"></main>
<script src="/docs/script.js"></script>
</body>
</html>
`;

export const docsStyle = `:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 20%, transparent); }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 2rem; text-transform: capitalize; }
input { font: inherit; padding: .25rem .5rem; width: 20rem; max-width: 100%; }
details { border: 1px solid var(--line); border-radius: 6px; margin: .4rem 0; padding: .4rem .8rem; }
summary { cursor: pointer; }
code, pre { font: 13px/1.4 ui-monospace, monospace; }
pre { overflow: auto; background: color-mix(in srgb, currentColor 6%, transparent); padding: .6rem; border-radius: 6px; }
.method { display: inline-block; width: 4.5rem; font-weight: 600; }
.about { opacity: .75; }
`;

export const docsScript = `'use strict';
const list = document.getElementById('routes');
const filter = document.getElementById('filter');
const element = (name, text, className) => {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
};
const schemaBlock = (title, schema) => {
  const box = element('div');
  box.append(element('h4', title), element('pre', JSON.stringify(schema, null, 2)));
  return box;
};
const show = (api, wanted) => {
  list.replaceChildren();
  const tags = new Map();
  for (const [path, methods] of Object.entries(api.paths))
    for (const [method, route] of Object.entries(methods)) {
      const text = [method, path, route.summary, route.tags[0]].join(' ').toLowerCase();
      if (!wanted.toLowerCase().split(/\\s+/).every((word) => text.includes(word))) continue;
      const box = element('details');
      const head = element('summary');
      head.append(element('span', method.toUpperCase(), 'method'), element('code', path), ' ', element('span', route.summary, 'about'));
      box.append(head, element('p', route.description));
      box.addEventListener('toggle', () => {
        if (box.childElementCount > 2) return;
        if (route.parameters.length) box.append(schemaBlock('Parameters', route.parameters));
        if (route.requestBody) box.append(schemaBlock('Body', route.requestBody.content['application/json'].schema));
        for (const [status, reply] of Object.entries(route.responses))
          if (reply.content && status !== 'default') box.append(schemaBlock('Reply ' + status, reply.content['application/json'].schema));
      });
      if (!tags.has(route.tags[0])) tags.set(route.tags[0], []);
      tags.get(route.tags[0]).push(box);
    }
  for (const [tag, boxes] of tags) list.append(element('h2', tag), ...boxes);
  if (tags.size === 0) list.append(element('p', 'Nothing fits this filter.'));
};
fetch('/openapi.json').then((reply) => reply.json()).then((api) => {
  filter.addEventListener('input', () => show(api, filter.value));
  show(api, '');
});
`;
