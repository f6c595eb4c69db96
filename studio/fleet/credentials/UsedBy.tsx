import type { CredentialUses } from '@casare/shared';
import { Link } from '@tanstack/react-router';

interface UsedByProps {
  title: string;
  none: string;
  workflows: CredentialUses['workflows'];
}

/** Published workflows that name a credential or an asset. */
export function UsedBy({ title, none, workflows }: UsedByProps) {
  return (
    <section className="border-b border-line p-3">
      <h3 className="mb-2 font-semibold">{title}</h3>
      {workflows.length === 0 ? (
        <p className="text-faint">{none}</p>
      ) : (
        <ul className="flex flex-col gap-1.5">
          {workflows.map(({ workflowId, workflowName }) => (
            <li key={workflowId} className="truncate">
              <Link
                to="/fleet/workflows"
                search={{ workflow: workflowId }}
                className="rounded text-accent hover:underline"
              >
                {workflowName}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
