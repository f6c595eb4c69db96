import { config } from 'zod';

// The page's CSP forbids `eval`; zod must know before the first schema is made, hence before anything else is loaded.
config({ jitless: true });

const { startStudio } = await import('./start.tsx');
await startStudio(document);
