import { readFileSync } from 'node:fs';
import { type Answer, type Asked, escapeHtml, html, page } from './answer.ts';

interface Product {
  id: string;
  name: string;
  category: string;
  price: number;
  stock: number;
  material: string;
  weightKg: number;
}

const PER_PAGE = 8;
const COLOURS: Record<string, string> = { Lamps: '#f2c14e', Chairs: '#6a9fb5', Tables: '#b08968', Shelves: '#7aa874' };

/** A catalogue: `/shop/?category=&page=` and `/shop/product/<id>`. */
export function createShop(folder: string): (asked: Asked) => Answer | undefined {
  const products = JSON.parse(readFileSync(`${folder}/shop/products.json`, 'utf8')) as Product[];
  const categories = [...new Set(products.map((product) => product.category))];

  function list(url: URL): Answer {
    const category = url.searchParams.get('category') ?? '';
    const chosen = category === '' ? products : products.filter((product) => product.category === category);
    const pages = Math.max(1, Math.ceil(chosen.length / PER_PAGE));
    const at = Math.min(pages, Math.max(1, Number(url.searchParams.get('page')) || 1));
    const link = (to: number, words: string, name: string) => {
      const query = new URLSearchParams({ ...(category ? { category } : {}), page: String(to) });
      return `<a class="${name}" rel="${name}" href="/shop/?${escapeHtml(query.toString())}">${words}</a>`;
    };
    const items = chosen
      .slice((at - 1) * PER_PAGE, at * PER_PAGE)
      .map(card)
      .join('');
    return html(
      page(
        site(categories, category),
        `${category || 'All products'} · Lumen & Oak`,
        `<h1>${escapeHtml(category || 'All products')}</h1><p class="lead"><span id="total">${chosen.length}</span> things for the home.</p>
<ul class="products">${items}</ul>
<div class="pages">${at > 1 ? link(at - 1, 'Previous', 'previous') : ''}<span>Page ${at} of ${pages}</span>${at < pages ? link(at + 1, 'Next', 'next') : ''}</div>`,
      ),
    );
  }

  function detail(id: string): Answer {
    const product = products.find((candidate) => candidate.id === id);
    if (!product) return html(page(site(categories, ''), 'Not found', '<h1>This product does not exist</h1>'), 404);
    const facts = {
      'Article number': product.id,
      Category: product.category,
      Material: product.material,
      Weight: `${product.weightKg} kg`,
    };
    const rows = Object.entries(facts).map(([name, value]) => `<tr><th>${name}</th><td>${escapeHtml(value)}</td></tr>`);
    return html(
      page(
        site(categories, product.category),
        `${product.name} · Lumen & Oak`,
        `<div class="detail">${picture(product)}<div class="body"><h1>${escapeHtml(product.name)}</h1>
<div class="price">€ ${product.price.toFixed(2)}</div>${stock(product)}<table class="facts">${rows.join('')}</table></div></div>`,
      ),
    );
  }

  return ({ method, url }) => {
    if (method !== 'GET') return undefined;
    if (url.pathname === '/shop/' || url.pathname === '/shop') return list(url);
    const id = /^\/shop\/product\/([\w-]+)$/.exec(url.pathname)?.[1];
    return id === undefined ? undefined : detail(id);
  };
}

function site(categories: readonly string[], current: string) {
  const links = ['', ...categories].map((category) => {
    const mark = category === current ? ' aria-current="page"' : '';
    return `<a href="/shop/${category && `?category=${category}`}"${mark}>${category || 'All'}</a>`;
  });
  return { name: 'Lumen &amp; <b>Oak</b>', home: '/shop/', nav: links.join('') };
}

function card(product: Product): string {
  return `<li class="product" data-id="${product.id}">${picture(product)}<div class="body">
<span class="category">${product.category}</span><h2><a href="/shop/product/${product.id}">${escapeHtml(product.name)}</a></h2>
${stock(product)}<span class="price" data-price="${product.price}">€ ${product.price.toFixed(2)}</span></div></li>`;
}

function stock({ stock: left }: Product): string {
  return `<span class="stock${left < 6 ? ' low' : ''}">${left} in stock</span>`;
}

/** Two shapes in the colour of the category, different for every product. */
function picture({ id, category }: Product): string {
  const seed = Number(id.slice(3));
  const colour = COLOURS[category] ?? '#999';
  const [x, y, size] = [60 + ((seed * 37) % 180), 40 + ((seed * 23) % 70), 26 + ((seed * 11) % 30)];
  return `<svg viewBox="0 0 300 150" preserveAspectRatio="xMidYMid slice" role="img" aria-label=""><rect width="300" height="150" fill="${colour}" opacity=".28"/>
<circle cx="${x}" cy="${y}" r="${size}" fill="${colour}"/><rect x="${(x + 90) % 230}" y="${y}" width="${size * 1.6}" height="${150 - y}" rx="8" fill="${colour}" opacity=".65"/></svg>`;
}
