import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { lookAtPage, maskTrace, type Redactor, type RunResources } from '@casare/engine';
import { type ArtifactKind, type ArtifactType, LARGEST_ARTIFACT } from '@casare/shared';
import type { EvidenceSettings } from '../config.ts';
import { encodePng } from './png.ts';

/** Something to show people, as it goes to the agent. */
export interface Evidence {
  kind: ArtifactKind;
  name: string;
  contentType: ArtifactType;
  content: Uint8Array;
  /** Milliseconds since 1970. */
  takenAt: number;
}

interface LookParts {
  resources: RunResources;
  redactor: Redactor;
  settings: EvidenceSettings;
  /** The workflow works with the desktop: its picture belongs to the job. */
  usesDesktop: boolean;
  /** For a trace on its way. */
  folder: string;
}

const PAGE_MS = 4000;
const DESKTOP_MS = 3000;

/** Pictures of what a run has open now. */
export async function takePictures({ resources, redactor, usesDesktop }: LookParts): Promise<Evidence[]> {
  const looks = await lookAtAll(resources, redactor, false);
  const desktop = usesDesktop ? await pictureOfDesktop(resources) : [];
  return [...looks, ...desktop];
}

/** What a failed run leaves behind: pictures, pages, and the trace of its browsers. */
export async function takeEvidence(parts: LookParts): Promise<Evidence[]> {
  const { resources, redactor, settings } = parts;
  const [looks, desktop] = settings.pictures
    ? await Promise.all([lookAtAll(resources, redactor, true), parts.usesDesktop ? pictureOfDesktop(resources) : []])
    : [[], []];
  const traces = settings.trace ? await saveTraces(parts) : [];
  return [...looks, ...desktop, ...traces];
}

async function lookAtAll(resources: RunResources, redactor: Redactor, html: boolean): Promise<Evidence[]> {
  const looks = await Promise.all(
    resources.browser.openOnes().map(async ([name, session]) => {
      const page = session.shownPage();
      return page && lookAtPage(name, page, { redactor, picture: true, html, withinMs: PAGE_MS });
    }),
  );
  const takenAt = Date.now();
  return looks.flatMap((look) => {
    if (!look) return [];
    const base = look.name === '' ? 'page' : `page-${look.name.replaceAll(/[^\w-]+/g, '_').slice(0, 40)}`;
    const found: Evidence[] = [];
    if (look.picture)
      found.push({ kind: 'screenshot', name: `${base}.png`, contentType: 'image/png', content: look.picture, takenAt });
    if (look.html !== undefined) {
      const content = Buffer.from(`<!-- ${look.url.replaceAll('--', '- -')} -->\n${look.html}`);
      found.push({ kind: 'html', name: `${base}.html`, contentType: 'text/html', content, takenAt });
    }
    return found;
  });
}

/** Whatever the screen shows: nothing of it can be covered, so it is taken only where pictures are on. */
async function pictureOfDesktop({ desktop }: RunResources): Promise<Evidence[]> {
  try {
    const picture = await desktop.call('capture', {}, AbortSignal.timeout(DESKTOP_MS));
    const content = encodePng(picture);
    return [{ kind: 'screenshot', name: 'desktop.png', contentType: 'image/png', content, takenAt: Date.now() }];
  } catch {
    // There is none, or somebody else has it.
    return [];
  }
}

async function saveTraces({ resources, redactor, folder }: LookParts): Promise<Evidence[]> {
  const found: Evidence[] = [];
  for (const [name, session] of resources.browser.openOnes()) {
    const [raw, clean] = [join(folder, 'trace-raw.zip'), join(folder, 'trace.zip')];
    try {
      if (!(await session.saveTrace(raw))) continue;
      await maskTrace(raw, clean, redactor);
      if ((await stat(clean)).size > LARGEST_ARTIFACT) continue;
      const shown = name === '' ? 'trace.zip' : `trace-${name.replaceAll(/[^\w-]+/g, '_').slice(0, 40)}.zip`;
      const content = await readFile(clean);
      found.push({ kind: 'trace', name: shown, contentType: 'application/zip', content, takenAt: Date.now() });
    } finally {
      await Promise.all([rm(raw, { force: true }), rm(clean, { force: true })]);
    }
  }
  return found;
}
