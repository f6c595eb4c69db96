/** What scripts of n8n find around them, built from `input`; the script stands in the middle. */
export function shimmedCode(code: string, perItem: boolean): string {
  return `// What n8n gives a script, made from what arrives here.
const wrapItem = (json) => ({ json, binary: {} });
const items = input.items.map(wrapItem);
const readerOf = (list, at) => ({ all: () => list, first: () => list[0], last: () => list[list.length - 1], item: list[at] ?? list[0] });
const $ = (name) => {
  if (!Object.hasOwn(input.nodes, name)) throw new Error('The node "' + name + '" cannot be read here.');
  return readerOf(input.nodes[name].map(wrapItem), 0);
};
const $node = new Proxy({}, { get: (_all, name) => ({ json: $(String(name)).item?.json }) });
const $items = (name) => (name === undefined ? items : $(name).all());
const $vars = input.vars;
const eachResult = (one) => (one !== null && typeof one === 'object' && 'json' in one ? one.json : one);
${perItem ? perItemCode(code) : allItemsCode(code)}`;
}

function allItemsCode(code: string): string {
  return `const $input = readerOf(items, 0);
const $json = items[0]?.json ?? {};
const item = items[0];
const returned = await (async () => {
${code}
})();
return (Array.isArray(returned) ? returned : returned === undefined || returned === null ? [] : [returned]).map(eachResult);`;
}

function perItemCode(code: string): string {
  return `const results = [];
for (const [$itemIndex, one] of items.entries()) {
  const $input = readerOf(items, $itemIndex);
  const $json = one.json;
  const item = one.json;
  const returned = await (async () => {
${code}
  })();
  if (returned !== undefined && returned !== null) results.push(eachResult(returned));
}
return results;`;
}

/** Nodes that a script reads by name. */
export function nodesReadBy(code: string): string[] {
  const names = [
    ...code.matchAll(/\$\(\s*(["'`])(.+?)\1\s*\)|\$node\[\s*(["'`])(.+?)\3\s*\]|\$items\(\s*(["'`])(.+?)\5/g),
  ];
  return [
    ...new Set(
      names.flatMap((match) => [match[2], match[4], match[6]].filter((name): name is string => name !== undefined)),
    ),
  ];
}

/** What a script uses that the sandbox does not have. */
export function missingInSandbox(code: string): string[] {
  const found: string[] = [];
  const check = (pattern: RegExp, name: string) => void (pattern.test(code) && found.push(name));
  check(/\brequire\s*\(|\bimport\s*\(/, 'packages (require)');
  check(/\$helpers\b|this\.helpers\b|\bhttpRequest\s*\(|\bfetch\s*\(/, 'network access');
  check(/\bDateTime\b|\$now\b|\$today\b/, 'Luxon dates');
  check(/\bBuffer\b/, 'Buffer');
  check(/\bsetTimeout\b|\bsetInterval\b/, 'timers');
  check(/\$binary\b|\.binary\b|getBinaryData/, 'files (binary data)');
  check(/getWorkflowStaticData|\$getWorkflowStaticData/, 'data kept between runs');
  check(/\$jmespath\b/, '$jmespath');
  return found;
}
