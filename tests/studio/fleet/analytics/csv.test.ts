import { expect, test } from 'vitest';
import { workflowsCsv } from '../../../../studio/fleet/analytics/csv.ts';

const times = { p50: 1, p90: 2, p99: null };
const row = (name: string) => ({
  workflowId: 'id',
  name,
  completed: 1,
  failed: 0,
  cancelled: 0,
  retried: 0,
  healed: 0,
  successRate: 1,
  duration: times,
  waiting: times,
  hoursSaved: null,
  manualMinutes: null,
});

test('a name cannot become a formula or break the columns', () => {
  const lines = workflowsCsv({ workflows: [row('=1+1'), row('a, "b"\nc'), row('plain')] });
  expect(lines).toContain("\r\n'=1+1,id,1,0,0,0,0,1,1,2,,1,2,,,\r\n");
  expect(lines).toContain('\r\n"a, ""b""\nc",id,');
  expect(lines.endsWith('plain,id,1,0,0,0,0,1,1,2,,1,2,,,\r\n')).toBe(true);
});
