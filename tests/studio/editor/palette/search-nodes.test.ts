import { describe, expect, it } from 'vitest';
import { fits, groupByCategory, searchNodes } from '../../../../studio/editor/palette/search-nodes.ts';
import { catalog } from '../support.ts';

describe('searching step types', () => {
  it('puts the exact title first', () => {
    for (const { title } of catalog.values()) expect(searchNodes(catalog, title.toLowerCase())[0]?.title).toBe(title);
  });

  it('finds by synonym, category and the letters of the title in a row', () => {
    const withSynonym = [...catalog.values()].find((descriptor) => descriptor.synonyms.length > 0);
    expect(searchNodes(catalog, withSynonym?.synonyms[0] ?? '')).toContain(withSynonym);
    expect(searchNodes(catalog, 'fr each').map((descriptor) => descriptor.type)).toContain('control.forEach');
  });

  it('wants every word', () => {
    expect(searchNodes(catalog, 'click zzzz')).toEqual([]);
  });

  it('leaves out what a dropped wire cannot lead to', () => {
    const found = searchNodes(catalog, '', { needs: 'input' });
    expect(found.some((descriptor) => descriptor.type === 'control.start')).toBe(false);
    expect(found.every((descriptor) => fits(descriptor, { needs: 'input' }))).toBe(true);
    expect(searchNodes(catalog, 'break', { needs: 'output' }).map((descriptor) => descriptor.type)).not.toContain(
      'control.break',
    );
  });

  it('groups all of the catalog by category', () => {
    expect(groupByCategory([...catalog.values()]).flatMap(([, list]) => list)).toHaveLength(catalog.size);
  });
});

/** What people type, and the step they mean by it. */
const MEANT: [word: string, type: string][] = [
  ['excel', 'excel.read'],
  ['spreadsheet', 'excel.read'],
  ['mail', 'mail.send'],
  ['email', 'mail.send'],
  ['read mail', 'mail.read'],
  ['sql', 'database.query'],
  ['database', 'database.query'],
  ['ftp', 'transfer.list'],
  ['ocr', 'image.ocr'],
  ['pdf', 'pdf.text'],
  ['merge pdf', 'pdf.merge'],
  ['approve', 'people.approve'],
  ['click', 'browser.click'],
  ['type', 'browser.type'],
  ['dropdown', 'browser.select'],
  ['loop', 'control.forEach'],
  ['wait', 'control.delay'],
  ['retry', 'control.retry'],
  ['csv', 'files.readCsv'],
  ['xml', 'data.xmlParse'],
  ['http', 'http.request'],
  ['api', 'http.request'],
  ['download', 'http.download'],
  ['zip', 'files.zip'],
  ['run program', 'system.run'],
  ['python', 'code.python'],
  ['slack', 'messaging.slack'],
  ['telegram', 'messaging.telegramSend'],
  ['ai', 'ai.chat'],
  ['llm', 'ai.chat'],
  ['translate', 'ai.translate'],
  ['regex', 'text.regex'],
  ['variable', 'data.setVariable'],
  ['ssh', 'ssh.run'],
  ['subflow', 'workflow.call'],
  ['clipboard', 'desktop.clipboard'],
];

it.each(MEANT)('"%s" finds %s first', (word, type) => {
  expect(searchNodes(catalog, word)[0]?.type).toBe(type);
});

it('letters in a row do not count while the words themselves are found', () => {
  expect(searchNodes(catalog, 'ssh').map((descriptor) => descriptor.type)).not.toContain('ai.classify');
});
