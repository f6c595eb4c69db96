import type { FleetTask, Job } from '@casare/shared';
import { Link } from '@tanstack/react-router';
import { UserCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { TaskForm } from '../tasks/TaskForm.tsx';
import { useTasks } from '../tasks/use-tasks.ts';

/** What a waiting job asks; it can be answered right here. */
export function TaskNote({ job }: { job: Job }) {
  const { t } = useTranslation('fleet');
  const tasks = useTasks({ jobId: job.id, state: 'open' });
  if (tasks.error !== undefined && tasks.rows.length === 0)
    return <ErrorState title={t('tasks.failed')} error={tasks.error} onRetry={tasks.retry} />;
  return (
    <div className="flex max-h-[60%] shrink-0 flex-col gap-3 overflow-auto px-3 pb-3">
      {tasks.rows.map((task) => (
        <Question key={`${task.id} ${task.createdAt}`} task={task} />
      ))}
    </div>
  );
}

function Question({ task }: { task: FleetTask }) {
  return (
    <section aria-label={task.task.title} className="flex gap-2.5 rounded-md border border-line-strong px-3 py-2.5">
      <UserCheck size={16} className="mt-0.5 shrink-0 text-warn" aria-hidden />
      <div className="max-w-2xl min-w-0 flex-1">
        <h3 className="mb-2 font-medium break-words">
          <Link to="/fleet/tasks" search={{ task: task.id }} className="rounded hover:underline">
            {task.task.title}
          </Link>
        </h3>
        <TaskForm task={task} />
      </div>
    </section>
  );
}
