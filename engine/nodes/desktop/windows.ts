import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { areaSchema, windowFields } from './fields.ts';
import { findWindows } from './find-window.ts';

const { severalWindows: _severalWindows, ...filterFields } = windowFields;

export const listWindows = defineNode({
  type: 'desktop.windows',
  version: 1,
  title: 'List windows',
  category: 'desktop',
  icon: 'layers',
  description: 'Lists the open windows with title, process, class, place and state, the uppermost first.',
  synonyms: ['get window list', 'open windows', 'window exists', 'window properties'],
  params: z.strictObject(filterFields),
  output: z.object({
    windows: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        className: z.string(),
        pid: z.int().nullable(),
        bounds: areaSchema,
        state: z.enum(['normal', 'maximized', 'minimized', 'fullscreen', 'unknown']),
        isActive: z.boolean(),
      }),
    ),
    count: z.int(),
  }),
  capabilities: ['desktop'],
  effect: 'idempotent',
  examples: [
    { title: 'All of them', params: {} },
    { title: 'Is it open?', params: { window: 'Invoices' } },
  ],
  async run(ctx, params) {
    const windows = await findWindows(ctx, { ...params, severalWindows: 'top' });
    return { output: { windows, count: windows.length } };
  },
});
