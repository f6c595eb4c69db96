// Chromium loads no app:// without Electron, so its pages stand at an https address that exists nowhere; one to one.
const PAGE = 'https://studio.invalid/';
const APP = 'app://studio/';

export function toPage(address: string): string {
  return address.startsWith(APP) ? PAGE + address.slice(APP.length) : address;
}

export function toApp(address: string): string {
  return address.startsWith(PAGE) ? APP + address.slice(PAGE.length) : address;
}
