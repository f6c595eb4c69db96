/** A page with look-alikes, as it was when the elements were recorded. */
export const recordedPage = `<title>Orders</title>
<header id="top"><nav class="menu"><a href="/home">Home</a><a href="/orders">Orders</a><a href="/help">Help</a></nav></header>
<main><h1>Orders</h1>
<div class="toolbar"><button id="save" class="btn primary" type="button">Save</button><button id="save-draft" class="btn" type="button">Save draft</button><button id="delete" class="btn danger" type="button">Delete</button></div>
<table class="orders"><thead><tr><th>Name</th><th>Total</th><th></th></tr></thead><tbody>
<tr id="row-a"><td>Alpha</td><td>10</td><td><button class="btn edit" type="button" data-row="1">Edit</button></td></tr>
<tr id="row-b"><td>Beta</td><td>20</td><td><button class="btn edit" type="button" data-row="2">Edit</button></td></tr>
<tr id="row-c"><td>Gamma</td><td>30</td><td><button class="btn edit" type="button" data-row="3">Edit</button></td></tr></tbody></table>
<form id="address" class="form"><div class="field"><label for="street">Street</label><input id="street" name="street" type="text" placeholder="Main street 1"></div>
<div class="field"><label for="city">City</label><input id="city" name="city" type="text"></div>
<div class="field"><label for="mail">E-mail</label><input id="mail" name="mail" type="email" data-testid="mail"></div>
<div class="field"><label for="kind">Kind</label><select id="kind" name="kind"><option>Home</option><option>Work</option></select></div>
<button id="send" class="btn" type="submit">Send address</button></form></main>
<footer><a id="imprint" href="/imprint">Imprint</a></footer>`;

export interface HealingCase {
  name: string;
  /** CSS of the element when it is recorded; also the selector of the target unless another is given. */
  recorded: string;
  selector?: string;
  /** Runs in the page after it was recorded. `it` is the recorded element. Whatever is right afterwards gets `data-right`. */
  change: string;
  /** What has to happen: found again, or refused. */
  expect: 'right' | 'refused' | 'either';
}

const rightIs = 'it.setAttribute("data-right", "")';

export const healingCases: HealingCase[] = [
  // Another id.
  { name: 'a button gets another id', recorded: '#save', change: `${rightIs}; it.id = "btn-7"`, expect: 'right' },
  {
    name: 'a button loses its id',
    recorded: '#delete',
    change: `${rightIs}; it.removeAttribute("id")`,
    expect: 'right',
  },
  { name: 'a link gets another id', recorded: '#imprint', change: `${rightIs}; it.id = "legal"`, expect: 'right' },
  {
    name: 'a field gets another id and its label follows',
    recorded: '#street',
    change: `${rightIs}; document.querySelector("[for=street]").htmlFor = "s1"; it.id = "s1"`,
    expect: 'right',
  },
  {
    name: 'a list gets a generated id',
    recorded: '#kind',
    change: `${rightIs}; document.querySelector("[for=kind]").htmlFor = ":r5:"; it.id = ":r5:"`,
    expect: 'right',
  },
  {
    name: 'a field with a test id gets another id and name',
    recorded: '#mail',
    change: `${rightIs}; it.id = "x"; it.name = "y"`,
    expect: 'right',
  },
  // Other classes.
  {
    name: 'the class of the selector goes',
    recorded: '#save',
    selector: '.primary',
    change: `${rightIs}; it.className = "button button-main"`,
    expect: 'right',
  },
  {
    name: 'all classes become generated ones',
    recorded: '#send',
    selector: 'form .btn',
    change: `${rightIs}; document.querySelectorAll(".btn").forEach((b, i) => { b.className = "css-1x" + i + "9ab" })`,
    expect: 'right',
  },
  {
    name: 'class and id change',
    recorded: '#delete',
    change: `${rightIs}; it.id = "d"; it.className = "link"`,
    expect: 'right',
  },
  // Moved.
  {
    name: 'a button moves to the end of its bar, with another id',
    recorded: '#save',
    change: `${rightIs}; it.id = "s"; it.parentElement.append(it)`,
    expect: 'right',
  },
  {
    name: 'a button moves into the footer, with another id',
    recorded: '#delete',
    change: `${rightIs}; it.id = "d"; document.querySelector("footer").append(it)`,
    expect: 'either',
  },
  {
    name: 'a field moves to the top of the form, without its id',
    recorded: '#city',
    change: `${rightIs}; it.id = "c2"; it.closest("form").prepend(it.parentElement)`,
    expect: 'right',
  },
  {
    name: 'the whole form moves above the table',
    recorded: '#street',
    selector: 'table + form #street',
    change: `${rightIs}; document.querySelector("h1").after(document.querySelector("form"))`,
    expect: 'right',
  },
  // Another text.
  {
    name: 'another text, found by its id',
    recorded: '#save',
    selector: 'text="Save"',
    change: `${rightIs}; it.textContent = "Save changes"`,
    expect: 'right',
  },
  {
    name: 'another language, found by its id',
    recorded: '#send',
    selector: 'role=button[name="Send address"]',
    change: `${rightIs}; it.textContent = "Adresse senden"`,
    expect: 'right',
  },
  {
    name: 'another text and another id',
    recorded: '#save',
    change: 'it.textContent = "Store"; it.id = "z9"',
    expect: 'refused',
  },
  {
    name: 'another label, with the same name',
    recorded: '#street',
    selector: 'role=textbox[name="Street"]',
    change: `${rightIs}; document.querySelector("[for=street]").textContent = "Road"`,
    expect: 'right',
  },
  // Doubled.
  {
    name: 'a copy of the button stands beside it',
    recorded: '#save',
    change: 'it.after(it.cloneNode(true))',
    expect: 'refused',
  },
  {
    name: 'a hidden copy for small screens',
    recorded: '#save',
    change: `const c = it.cloneNode(true); c.hidden = true; it.before(c); ${rightIs}`,
    expect: 'right',
  },
  {
    name: 'a copy of the whole form',
    recorded: '#city',
    change: 'const f = document.querySelector("form"); f.after(f.cloneNode(true))',
    expect: 'refused',
  },
  {
    name: 'a copy with another text keeps the id',
    recorded: '#save',
    change: `${rightIs}; const c = it.cloneNode(true); c.textContent = "Cancel"; it.before(c)`,
    expect: 'either',
  },
  {
    name: 'a second bar with the same buttons',
    recorded: '#delete',
    change: 'const t = document.querySelector(".toolbar"); document.querySelector("footer").append(t.cloneNode(true))',
    expect: 'either',
  },
  // Reordered siblings and rows, all with the same button.
  {
    name: 'rows are sorted the other way, found by their text',
    recorded: '#row-b .edit',
    selector: '#row-b .edit',
    change: `${rightIs}; document.querySelectorAll("tr[id]").forEach((r, i) => { r.id = "r" + (9 - i); r.querySelector(".edit").dataset.row = ""; r.parentElement.prepend(r) })`,
    expect: 'right',
  },
  {
    name: 'a row is put before, ids gone',
    recorded: '#row-c .edit',
    change: `${rightIs}; const r = document.querySelector("#row-a").cloneNode(true); r.cells[0].textContent = "Omega"; document.querySelectorAll("tr[id]").forEach((x) => x.removeAttribute("id")); r.removeAttribute("id"); document.querySelector("tbody").prepend(r)`,
    expect: 'right',
  },
  {
    name: 'the recorded row is gone, ids too',
    recorded: '#row-b .edit',
    change:
      'document.querySelector("#row-b").remove(); document.querySelectorAll("tr[id]").forEach((x) => x.removeAttribute("id"))',
    expect: 'refused',
  },
  {
    name: 'only another row is left',
    recorded: '#row-b .edit',
    change:
      'document.querySelector("#row-b").remove(); document.querySelector("#row-c").remove(); document.querySelector("#row-a").removeAttribute("id")',
    expect: 'refused',
  },
  {
    name: 'the row has another name now',
    recorded: '#row-b .edit',
    change: `${rightIs}; const r = document.querySelector("#row-b"); r.cells[0].textContent = "Zeta"; document.querySelectorAll("tr[id]").forEach((x) => x.removeAttribute("id"))`,
    expect: 'either',
  },
  { name: 'the button of the row is gone', recorded: '#row-b .edit', change: 'it.remove()', expect: 'refused' },
  {
    name: 'buttons of a bar change places and ids',
    recorded: '#save',
    change: `${rightIs}; const b = [...document.querySelectorAll(".toolbar button")]; b.forEach((x, i) => { x.id = "b" + i }); b.toReversed().forEach((x) => x.parentElement.append(x))`,
    expect: 'right',
  },
  {
    name: 'links of a menu change places',
    recorded: 'nav a[href="/orders"]',
    selector: 'nav > a:nth-child(2):not([href="/help"]):not([href="/home"])',
    change: `${rightIs}; it.parentElement.append(it)`,
    expect: 'right',
  },
  // Wrapped.
  {
    name: 'the button is wrapped, and its id is on the wrapper',
    recorded: '#save',
    selector: 'button#save',
    change: `${rightIs}; const w = document.createElement("div"); it.before(w); w.append(it); it.removeAttribute("id"); w.id = "save"`,
    expect: 'right',
  },
  {
    name: 'the text of the button is wrapped',
    recorded: '#save',
    selector: '.toolbar > #save',
    change: `${rightIs}; it.id = "n"; it.innerHTML = "<i></i><span>Save</span>"`,
    expect: 'right',
  },
  {
    name: 'everything is wrapped once more',
    recorded: '#street',
    selector: 'body > main > form #street',
    change: `${rightIs}; const w = document.createElement("section"); w.append(...document.body.childNodes); document.body.append(w)`,
    expect: 'right',
  },
  {
    name: 'row buttons are wrapped, ids gone',
    recorded: '#row-a .edit',
    change: `${rightIs}; document.querySelectorAll(".edit").forEach((b) => { const w = document.createElement("span"); b.before(w); w.append(b) }); document.querySelectorAll("tr[id]").forEach((x) => x.removeAttribute("id"))`,
    expect: 'right',
  },
  {
    name: 'the form goes into a shadow root',
    recorded: '#city',
    selector: 'body > main > form > div > #city',
    change: `${rightIs}; const host = document.createElement("x-form"); const form = document.querySelector("form"); form.before(host); host.attachShadow({ mode: "open" }).append(form)`,
    expect: 'right',
  },
  // Gone, with look-alikes left.
  { name: 'the button is gone', recorded: '#save', change: 'it.remove()', expect: 'refused' },
  {
    name: 'the button is gone, another one has its classes',
    recorded: '#save',
    change: 'it.remove(); document.querySelector("#save-draft").className = "btn primary"',
    expect: 'refused',
  },
  {
    name: 'the button is gone, another one is in its place',
    recorded: '#delete',
    change: 'it.outerHTML = "<button class=\\"btn danger\\" type=\\"button\\">Archive</button>"',
    expect: 'refused',
  },
  { name: 'the field is gone', recorded: '#street', change: 'it.parentElement.remove()', expect: 'refused' },
  { name: 'the field is gone, its label stays', recorded: '#city', change: 'it.remove()', expect: 'refused' },
  { name: 'the link is gone', recorded: '#imprint', change: 'it.remove()', expect: 'refused' },
  {
    name: 'the whole form is gone',
    recorded: '#send',
    change: 'document.querySelector("form").remove()',
    expect: 'refused',
  },
  {
    name: 'it is hidden',
    recorded: '#send',
    selector: '#send:not([style])',
    change: 'it.style.display = "none"',
    expect: 'refused',
  },
  {
    name: 'another page with another Save',
    recorded: '#save',
    change:
      'document.body.innerHTML = "<h1>Settings</h1><form><input name=q><button>Save settings</button><button>Cancel</button></form>"',
    expect: 'refused',
  },
];
