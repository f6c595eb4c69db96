import { readFile } from 'node:fs/promises';
import { AppError, calendarSchema, importDaysReplySchema, pageOf, WEEKDAYS } from '@casare/shared';
import { z } from 'zod';
import { defineCommand, textOption } from './define-command.ts';
import { findByName } from './find-by-name.ts';

export const calendarsList = defineCommand({
  usage: 'schedules calendars list',
  summary: 'List calendars of days without runs',
  remote: true,
  async run(ctx) {
    const page = await ctx
      .orchestrator()
      .call('GET', '/calendars', pageOf(calendarSchema), { query: { limit: 500 }, signal: ctx.signal });
    const rows = page.items.map(({ id, name, weekdays, days, schedules }) => ({
      id,
      name,
      weekdays: weekdays.join(','),
      days: days.length,
      schedules,
    }));
    ctx.out.result(page, ctx.out.table(rows, ['id', 'name', 'weekdays', 'days', 'schedules']));
  },
});

export const calendarsCreate = defineCommand({
  usage: 'schedules calendars create <name>',
  summary: 'Create a calendar of days without runs',
  remote: true,
  options: [
    { flags: '--weekdays <days>', description: `excluded every week, comma separated: ${WEEKDAYS.join(', ')}` },
    { flags: '--file <file>', description: 'a list of dates, one a line' },
  ],
  async run(ctx, [name = ''], options) {
    const client = ctx.orchestrator();
    const weekdays = (textOption(options, 'weekdays') ?? '').split(',').filter((day) => day !== '');
    const file = textOption(options, 'file');
    const text = file === undefined ? undefined : await readDatesFile(file);
    let calendar = await client.call('POST', '/calendars', calendarSchema, {
      body: { name, weekdays },
      signal: ctx.signal,
    });
    if (text !== undefined) {
      const path = `/calendars/${calendar.id}/import`;
      const reply = await client.call('POST', path, importDaysReplySchema, { body: { text }, signal: ctx.signal });
      calendar = reply.calendar;
    }
    ctx.out.result(calendar, `calendar ${calendar.id} "${calendar.name}" with ${calendar.days.length} entries`);
  },
});

export const calendarsImport = defineCommand({
  usage: 'schedules calendars import <calendar> <file>',
  summary: 'Add days from a list of dates, one a line: 2026-12-24..2026-12-26 Christmas',
  remote: true,
  options: [{ flags: '--replace', description: 'instead of the days it has' }],
  async run(ctx, [name = '', file = ''], options) {
    const client = ctx.orchestrator();
    const text = await readDatesFile(file);
    const { id } = await findByName(client, '/calendars', calendarSchema, name, ctx.signal);
    const reply = await client.call('POST', `/calendars/${id}/import`, importDaysReplySchema, {
      body: { text, replace: options.replace === true },
      signal: ctx.signal,
    });
    ctx.out.result(reply, `${reply.added} added, ${reply.calendar.days.length} in all`);
  },
});

export const calendarsDelete = defineCommand({
  usage: 'schedules calendars delete <calendar>',
  summary: 'Delete a calendar that no schedule uses',
  remote: true,
  async run(ctx, [name = '']) {
    const client = ctx.orchestrator();
    const { id } = await findByName(client, '/calendars', calendarSchema, name, ctx.signal);
    await client.call('DELETE', `/calendars/${id}`, z.unknown(), { signal: ctx.signal });
    ctx.out.result({ id }, 'deleted');
  },
});

async function readDatesFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new AppError('FILE_NOT_FOUND', `${file} cannot be read.`, { cause });
  }
}
