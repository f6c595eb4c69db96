const slug = {
  type: 'yourpack.slug',
  title: 'Make a slug',
  description: 'Turns a text into one that can stand in an address.',
  category: 'text',
  icon: 'link',
  synonyms: ['url', 'name'],
  params: {
    type: 'object',
    properties: {
      text: { type: 'string', maxLength: 10_000, title: 'Text', 'x-widget': 'textarea' },
      separator: { type: 'string', maxLength: 3, default: '-', title: 'Separator' },
    },
    required: ['text'],
  },
  output: { type: 'object', properties: { slug: { type: 'string' } }, required: ['slug'] },
  effect: 'pure',
  examples: [{ title: 'A headline', params: { text: 'Hello, World!' } }],
  run(_ctx, { text, separator }) {
    const words =
      text
        .normalize('NFKD')
        .toLowerCase()
        .match(/[a-z0-9]+/g) ?? [];
    return { output: { slug: words.join(separator) } };
  },
};

const status = {
  type: 'yourpack.status',
  title: 'Check an address',
  description: 'Asks a web address and leaves by one of two ports.',
  category: 'http',
  icon: 'activity',
  params: {
    type: 'object',
    properties: { url: { type: 'string', maxLength: 2000, title: 'Address', placeholder: 'https://example.com' } },
    required: ['url'],
  },
  output: { type: 'object', properties: { status: { type: 'integer' } }, required: ['status'] },
  outputs: [
    { id: 'up', title: 'Up', kind: 'flow' },
    { id: 'down', title: 'Down', kind: 'flow' },
  ],
  effect: 'idempotent',
  examples: [{ title: 'A page', params: { url: 'https://example.com' } }],
  async run(ctx, { url }) {
    const { status } = await ctx.http.request({ method: 'GET', url });
    ctx.log('info', `${url} answered ${status}`);
    return { output: { status }, port: status < 400 ? 'up' : 'down' };
  },
};

export const nodes = [slug, status];
