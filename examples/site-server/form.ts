import { readFileSync } from 'node:fs';
import { type Answer, type Asked, escapeHtml, html, json, page } from './answer.ts';

interface Registration {
  confirmation: string;
  name: string;
  email: string;
  workshop: string;
  people: number;
}

const WORKSHOPS = ['knots', 'charts', 'weather', 'engine'];
const SITE = { name: 'Harbour <b>Workshops</b>', home: '/form/', nav: '<a href="/form/">Register</a>' };

/** A registration form that answers with a confirmation number; `/form/registrations` lists what came in. */
export function createForm(folder: string): (asked: Asked) => Answer | undefined {
  const form = readFileSync(`${folder}/form/register.html`, 'utf8');
  const registrations: Registration[] = [];

  function register(fields: URLSearchParams): Answer {
    const field = (name: string) => (fields.get(name) ?? '').trim();
    const people = Number(field('people'));
    const faults = [
      ...(field('name') ? [] : ['your name']),
      ...(/^\S+@\S+$/.test(field('email')) ? [] : ['an e-mail address']),
      ...(WORKSHOPS.includes(field('workshop')) ? [] : ['a workshop']),
      ...(people >= 1 && people <= 8 ? [] : ['1 to 8 people']),
      ...(field('terms') === 'yes' ? [] : ['that you accept the terms']),
    ];
    if (faults.length > 0) {
      const words = `<p class="error" role="alert">Please give ${escapeHtml(faults.join(', '))}.</p><a href="/form/">Back</a>`;
      return html(page(SITE, 'Something is missing', words), 422);
    }
    const number = 1000 + registrations.length + 1;
    const registration = {
      // The last part is a check digit, so that a number that was read wrong is noticed.
      confirmation: `HW-${number}-${(number * 7) % 97}`,
      name: field('name'),
      email: field('email'),
      workshop: field('workshop'),
      people,
    };
    registrations.push(registration);
    // Away from the form, so that loading the next page again does not register anybody twice.
    return { status: 303, location: `/form/confirmation/${registration.confirmation}`, body: '' };
  }

  function confirm(confirmation: string): Answer | undefined {
    const registration = registrations.find((candidate) => candidate.confirmation === confirmation);
    if (!registration) return undefined;
    return html(
      page(
        SITE,
        'Confirmed · Harbour Workshops',
        `<h1>Thank you, ${escapeHtml(registration.name)}</h1><div class="confirmation"><div>Your confirmation number</div>
<div id="confirmation">${registration.confirmation}</div></div><a class="button" id="another" href="/form/">Register another person</a>`,
      ),
    );
  }

  return ({ method, url, body }) => {
    if (url.pathname === '/form/' || url.pathname === '/form') return html(form);
    if (url.pathname === '/form/registrations') return json({ registrations });
    const confirmation = /^\/form\/confirmation\/([\w-]+)$/.exec(url.pathname)?.[1];
    if (confirmation !== undefined) return confirm(confirmation);
    return method === 'POST' && url.pathname === '/form/register' ? register(new URLSearchParams(body)) : undefined;
  };
}
