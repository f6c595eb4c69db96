import { createMemoryJournal } from '@casare/engine';
import { journalContract } from './contract.ts';

journalContract('memory', () => {
  const journal = createMemoryJournal();
  return { journal, reopen: () => createMemoryJournal(journal.rows) };
});
