import { fixAll, reportCheck, runChecks } from './checks.ts';

if (process.argv.includes('--fix')) await fixAll();
const results = await runChecks(reportCheck);
const failed = results.filter((result) => !result.passed);
console.log(
  failed.length === 0
    ? `All ${results.length} checks passed.`
    : `Failed: ${failed.map((result) => result.name).join(', ')}. "npm run fix" repairs format and simple lint faults.`,
);
process.exitCode = failed.length > 0 ? 1 : 0;
